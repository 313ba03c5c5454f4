# `tools/dev fuzz`: the libFuzzer targets of tests/fuzz, all at once, each for some seconds on its kept inputs.

readonly kFuzzSeconds=60
readonly kFuzzTargets=(html text)

# fuzz_one <target> <seconds>: what it finds new stays in build/fuzz/corpus, an input that fails in build/fuzz/found.
fuzz_one() {
  local what=$1 seconds=$2 out=build/fuzz
  mkdir -p "$out/corpus/$what" "$out/found"
  "$out/bin/fuzz_$what" -max_total_time="$seconds" -timeout=20 -rss_limit_mb=2048 -max_len=20000 -print_final_stats=1 \
    -dict="tests/fuzz/$what.dict" -artifact_prefix="$out/found/$what-" "$out/corpus/$what" "tests/fuzz/corpus/$what"
}

fuzz_all() {
  local what pids=() rc=0
  for what in "${kFuzzTargets[@]}"; do
    fuzz_one "$what" "$1" >"$log_dir/fuzz-$what.log" 2>&1 &
    pids+=($!)
  done
  for pid in "${pids[@]}"; do wait "$pid" || rc=1; done
  for what in "${kFuzzTargets[@]}"; do
    echo "$what:"
    ((rc == 0)) || tail -n 40 "$log_dir/fuzz-$what.log"
    grep -E '^(Done|stat::(number_of|average|peak))' "$log_dir/fuzz-$what.log" || true
  done
  return "$rc"
}

# run_fuzz [SECONDS]
run_fuzz() {
  local seconds=${1:-$kFuzzSeconds}
  [[ $seconds =~ ^[0-9]+$ ]] || die "fuzz: '$seconds' is no number of seconds"
  setup
  ! command -v dpkg-query >/dev/null || need_packages packages-fuzz clang libclang-rt-dev
  if ! command -v clang++ >/dev/null; then
    say "==> NOT FUZZED: there is no clang++ here, and g++ has no libFuzzer"
    return 0
  fi
  step build-fuzz "building the preset fuzz in build/fuzz" compile fuzz fuzz
  step fuzz "fuzzing ${kFuzzTargets[*]} for $seconds s" fuzz_all "$seconds"
  grep -hE '^Done' "$log_dir"/fuzz-{html,text}.log | sed 's/^/    /'
}
