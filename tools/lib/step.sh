# One step of work: a line that says what is being done, everything it prints in build/log/<name>.log, the elapsed
# time at the end, and the end of that log when it fails. Sourced by tools/dev, which sets `root`.

readonly kHeartbeatSeconds=30  # without a terminal, a long step says this often that it is still alive
readonly kFailureLines=60      # how much of a failed step's log is shown

log_dir=$root/build/log
heartbeat_pid=

say() { printf '%s\n' "$*"; }
die() { printf 'tools/dev: %s\n' "$*" >&2; exit 1; }

stop_heartbeat() {
  [[ -n $heartbeat_pid ]] || return 0
  kill "$heartbeat_pid" 2>/dev/null || true
  wait "$heartbeat_pid" 2>/dev/null || true
  heartbeat_pid=
}
trap stop_heartbeat EXIT

last_line_of() {
  tail -c 2000 "$1" 2>/dev/null | tr '\r' '\n' | grep -v '^ *$' | tail -n 1 | tr -cd '[:print:]' | cut -c1-90
}

# Shows on a terminal once a second, elsewhere every half minute, how far a step has come. Its sleeps hold no
# descriptor of ours, so whoever reads our output through a pipe is not kept waiting when we end.
heartbeat() {
  local title=${1:0:48} log=$2 seconds=0
  while sleep 1 </dev/null >/dev/null 2>&1; do
    seconds=$((seconds + 1))
    if [[ -t 1 ]]; then
      printf '\r\033[K    %s ... %d s  %.60s' "$title" "$seconds" "$(last_line_of "$log")"
    elif ((seconds % kHeartbeatSeconds == 0)); then
      printf '    %s: %d s, at: %s\n' "$title" "$seconds" "$(last_line_of "$log")"
    fi
  done
}

show_failure() { tail -n "$kFailureLines" "$1" >&2; }

# step <name> <title> <command...>: runs the command; when it fails, says so and ends with its exit code.
# A function given as the command runs with `set -e`; so never call step itself inside a condition.
step() {
  local name=$1 title=$2 log=$log_dir/$1.log start=$EPOCHREALTIME rc
  shift 2
  mkdir -p "$log_dir"
  say "==> $title"
  : >"$log"
  heartbeat "$title" "$log" &
  heartbeat_pid=$!
  set +e
  (set -e; "$@") </dev/null >>"$log" 2>&1
  rc=$?
  set -e
  stop_heartbeat
  [[ ! -t 1 ]] || printf '\r\033[K'
  if ((rc == 0)); then
    say "    done in $(elapsed_since "$start")"
    return 0
  fi
  say "tools/dev: '$title' failed with code $rc after $(elapsed_since "$start"); the whole output is in ${log#"$PWD"/}" >&2
  ${on_failure:-show_failure} "$log"
  exit "$rc"
}

elapsed_since() {
  awk -v start="${1/,/.}" -v now="${EPOCHREALTIME/,/.}" 'BEGIN {
    t = now - start; if (t < 60) printf "%.1f s", t; else printf "%d min %02d s", t / 60, t % 60 }'
}

# Compile jobs: one a core, but never so many that they run the machine out of memory.
jobs_count() {
  local cores memory_gib
  cores=$(nproc)
  memory_gib=$(awk '/^MemAvailable/ {print int($2 / 1048576)}' /proc/meminfo)
  ((memory_gib >= 1)) || memory_gib=1
  printf '%d' "${COPYDESK_JOBS:-$((cores < memory_gib ? cores : memory_gib))}"
}
