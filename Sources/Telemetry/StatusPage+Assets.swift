extension StatusPage {
  /// How the page looks: `page.css`.
  public static let sheet = """
    :root {
      color-scheme: light dark;
      --paper: #ffffff; --raised: #f6f8fa; --line: #d1d9e0; --grid: #e6eaef;
      --ink: #1f2328; --soft: #59636e; --one: #b3530a; --two: #0550ae;
      --good: #116329; --busy: #0550ae; --bad: #b31d28;
    }
    @media (prefers-color-scheme: dark) {
      :root {
        --paper: #0d1117; --raised: #161b22; --line: #30363d; --grid: #21262d;
        --ink: #f0f6fc; --soft: #9198a1; --one: #f0883e; --two: #79c0ff;
        --good: #56d364; --busy: #79c0ff; --bad: #ff7b72;
      }
    }
    * { box-sizing: border-box; }
    body {
      margin: 0; background: var(--paper); color: var(--ink);
      font: 15px/1.45 system-ui, -apple-system, "Segoe UI", Roboto, "Liberation Sans", sans-serif;
      font-variant-numeric: tabular-nums;
    }
    main { max-width: 1180px; margin: 0 auto; padding: 20px 20px 40px; }
    section { margin-bottom: 18px; }
    h1 { font-size: 21px; margin: 0; overflow-wrap: anywhere; }
    h2 { font-size: 15px; margin: 0 0 6px; }
    p { margin: 0; }
    #top { display: flex; flex-wrap: wrap; gap: 4px 12px; align-items: baseline; }
    .phase { border: 1px solid; border-radius: 1em; padding: 0 10px; font-size: 13px; color: var(--busy); }
    .phase.finished { color: var(--good); }
    .phase.failed { color: var(--bad); }
    .phase.paused, .phase.ending { color: var(--one); }
    .plan { color: var(--soft); font-size: 13px; overflow-wrap: anywhere; }
    #figures { display: grid; gap: 10px; grid-template-columns: repeat(auto-fit, minmax(150px, 1fr)); }
    .figure {
      background: var(--raised); border: 1px solid var(--line); border-radius: 8px; padding: 10px 14px;
      min-height: 112px; display: flex; flex-direction: column;
    }
    .value { font-size: 25px; line-height: 1.2; font-weight: 600; white-space: nowrap; }
    .label { color: var(--ink); }
    .note { color: var(--soft); font-size: 13px; margin-top: auto; }
    progress { width: 100%; height: 6px; margin: 4px 0; appearance: none; border: 0; }
    progress, progress::-webkit-progress-bar { background: var(--grid); border-radius: 3px; }
    progress::-webkit-progress-value { background: var(--busy); border-radius: 3px; }
    progress::-moz-progress-bar { background: var(--busy); border-radius: 3px; }
    #waiting p { min-height: 1.45em; overflow-wrap: anywhere; }
    .refused { color: var(--bad); }
    #charts { display: grid; gap: 10px; grid-template-columns: repeat(auto-fit, minmax(min(100%, 300px), 1fr)); }
    figure { margin: 0; background: var(--raised); border: 1px solid var(--line); border-radius: 8px; padding: 10px; }
    svg { display: block; width: 100%; height: auto; }
    svg text { font: 12px system-ui, -apple-system, "Segoe UI", Roboto, "Liberation Sans", sans-serif; fill: var(--soft); }
    svg .title { font-size: 14px; font-weight: 600; fill: var(--ink); }
    svg .key { fill: var(--ink); }
    svg .up { text-anchor: end; }
    svg .across { text-anchor: middle; }
    .grid { stroke: var(--grid); fill: none; }
    .axis { stroke: var(--soft); fill: none; }
    .curve { fill: none; stroke-width: 1.8; stroke-linejoin: round; stroke: var(--two); }
    .dot { fill: var(--two); }
    figure:first-child .curve.s0 { stroke: var(--one); stroke-dasharray: 5 3; }
    figure:first-child .dot.s0 { fill: var(--one); }
    .scroll { overflow: auto; max-height: 60vh; border: 1px solid var(--line); border-radius: 8px; }
    table { border-collapse: collapse; width: 100%; font-size: 14px; }
    th, td { text-align: right; padding: 4px 12px; white-space: nowrap; }
    th { font-weight: 600; }
    th:first-child, td[colspan] { text-align: left; }
    tbody th { font-weight: 400; max-width: 26em; overflow: hidden; text-overflow: ellipsis; }
    thead th { position: sticky; top: 0; background: var(--raised); color: var(--soft); }
    tbody tr { border-top: 1px solid var(--grid); }
    tr.late { color: var(--one); }
    tr.failing td:last-child { color: var(--bad); font-weight: 600; }
    ol {
      list-style: none; margin: 0; padding: 6px 0; height: 15em; overflow: auto; font-size: 14px;
      border: 1px solid var(--line); border-radius: 8px;
    }
    li { display: flex; gap: 12px; padding: 1px 12px; }
    time { flex: 0 0 9.5em; text-align: right; color: var(--soft); }
    li span { overflow-wrap: anywhere; }
    #gone {
      position: fixed; inset: auto 0 0 0; padding: 10px 20px; text-align: center;
      background: var(--bad); color: var(--paper); font-weight: 600;
    }
    :focus-visible { outline: 2px solid var(--busy); outline-offset: 2px; }

    """

  /// What keeps the page fresh: `page.js`. Sections that did not change stay as they are, and so does
  /// where they were scrolled to.
  public static let script = """
    "use strict";
    const gone = document.getElementById("gone");

    function renew(fresh) {
      document.title = fresh.title;
      for (const section of document.querySelectorAll("section")) {
        const next = fresh.getElementById(section.id);
        if (!next || next.innerHTML === section.innerHTML) continue;
        const places = [...section.querySelectorAll("[tabindex]")].map(
          (part) => [part.scrollTop, part.scrollLeft, part === document.activeElement]);
        section.replaceChildren(...next.childNodes);
        section.querySelectorAll("[tabindex]").forEach((part, index) => {
          if (!places[index]) return;
          [part.scrollTop, part.scrollLeft] = places[index];
          if (places[index][2]) part.focus({ preventScroll: true });
        });
      }
    }

    async function look() {
      try {
        const answer = await fetch("./", { signal: AbortSignal.timeout(5000) });
        if (!answer.ok) throw new Error(answer.statusText);
        renew(new DOMParser().parseFromString(await answer.text(), "text/html"));
        gone.hidden = true;
      } catch {
        gone.hidden = false;
      }
      setTimeout(look, document.hidden ? 5000 : 1000);
    }

    setTimeout(look, 1000);

    """
}
