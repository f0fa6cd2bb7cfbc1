# What scripts that disturb a run have in common. To be sourced.
#
#   undisturbed BINARY FOLDER PLAN [flags ...]   trains on one local worker
#   hash_of RUN                                  of its checkpoint
#   step_of RUN                                  the last one in its metrics
#   note WORDS ...                               a line of the table: seconds, step, words
#   omniglot_images BINARY FOLDER                imports Omniglot, if it is here; prints the file

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

# The worker processes whose program is under FOLDER, which other runs' are not.
workers_under() { pgrep -f "^$1/[^ ]* worker " || true; }

a_worker_under() { workers_under "$1" | shuf -n 1; }

# Two hashes, a verdict, and the code to end with.
compare_hashes() {
  local expected found
  expected=$(hash_of "$1") found=$(hash_of "$2")
  printf 'undisturbed, one worker   %s\n%-24s  %s\n' "$expected" "$3" "$found"
  [ "$expected" = "$found" ] && echo "the same bits" || { echo "DIFFERENT"; return 1; }
}
