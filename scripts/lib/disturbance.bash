# What scripts that disturb a run have in common. To be sourced.
#
#   undisturbed BINARY FOLDER PLAN [flags ...]   trains on one local worker
#   hash_of RUN                                  of its checkpoint
#   step_of RUN                                  the last one in its metrics
#   note WORDS ...                               a line of the table: seconds, step, words
#   program_or_build [BINARY]                    prints it, or that of a release build
#   choose_recipe BINARY FOLDER                  sets $plan, $steps and $flags

disturbance_run=""

undisturbed() {
  local binary=$1 folder=$2
  shift 2
  "$binary" train "$@" --workers 1 -o "$folder" >/dev/null 2>"$folder.log"
}

hash_of() { sha256sum "$1/checkpoints/checkpoint.safetensors" | cut -c1-16; }

step_of() {
  local step
  step=$(tail -n 1 "$1/metrics.jsonl" 2>/dev/null | sed -n 's/^{"step": *\([0-9]*\).*/\1/p')
  echo "${step:-0}"
}

note() { printf '%6d s  step %-6s  %s\n' "$SECONDS" "$(step_of "$disturbance_run")" "$*"; }

omniglot_images() {
  local data=${OMNIGLOT:-../shared/data/omniglot}
  [ -f "$data/images_background.zip" ] || return 0
  "$1" data import omniglot "$data" -o "$2/omniglot.images" >/dev/null 2>"$2/import.log"
  echo "$2/omniglot.images"
}

program_or_build() {
  [ -z "$1" ] || { realpath "$1"; return; }
  swift build -c release --product outerloop >&2
  echo "$(swift build -c release --show-bin-path)/outerloop"
}

choose_recipe() {
  local images settings=() setting
  images=$(omniglot_images "$1" "$2")
  if [ -n "${PLAN:-}" ]; then
    plan=$PLAN steps=${STEPS:-1000}
    read -ra settings <<<"${SETTINGS:-}"
  elif [ -n "$images" ]; then
    plan=omniglot-5way-1shot steps=${STEPS:-600}
    settings=("tasks.data=$images" validation.every=200 validation.tasks=40 evaluation.tasks=40)
  else plan=sinusoid steps=${STEPS:-20000}; fi
  settings+=("steps=$steps" checkpoint.every=20)
  flags=()
  for setting in "${settings[@]}"; do flags+=(--set "$setting"); done
  echo "plan $plan, ${settings[*]}"
}

# The worker and relay processes whose program is under FOLDER, which other runs' are not.
workers_under() { pgrep -f "^$1/[^ ]* (worker|relay) " || true; }

a_worker_under() { workers_under "$1" | shuf -n 1; }

# Two hashes, a verdict, and the code to end with.
compare_hashes() {
  local expected found
  expected=$(hash_of "$1") found=$(hash_of "$2")
  printf 'undisturbed, one worker   %s\n%-24s  %s\n' "$expected" "$3" "$found"
  [ "$expected" = "$found" ] && echo "the same bits" || { echo "DIFFERENT"; return 1; }
}
