# `tools/dev test`: the whole suite on one preset; when asked or in CI also the unit tests under the sanitizers, and fuzzing.

# Tests with these labels start the daemon, kill it or run for long; the sanitizers run all the others.
readonly kNotUnderSanitizers='e2e|simulation|tools|slow'
readonly kTestFailureLines=200
readonly kTestsPerCore=2  # at once: many wait for a broker, a daemon or a deadline most of their time

# On a failure: everything ctest printed but the lines of the tests that passed.
show_test_failure() {
  grep -vE '^ *(Start +[0-9]+:|[0-9]+/[0-9]+ Test +#[0-9]+: .*(Passed|Skipped))' "$1" | tail -n "$kTestFailureLines" >&2
}

# Why tests were skipped, each reason once with its number of tests.
skip_reasons() {
  awk '/: Skipped$/ { getline reason; if (reason !~ /^ *$/) count[reason]++ }
       END { for (r in count) printf "    SKIPPED (%d): %s\n", count[r], r }' \
    "build/$1/Testing/Temporary/LastTest.log" 2>/dev/null | sort
}

# What ctest says at the end, from "...% tests passed" on.
closing_lines() { sed -n '/% tests passed/,$p' "$log_dir/test-$1.log"; }

# ctest_on <preset> <ctest args...>
ctest_on() {
  local preset=$1 launcher=()
  shift
  if [[ $preset == tsan ]]; then
    # With much address randomisation the thread sanitizer of this compiler finds no room for its shadow memory.
    if setarch -R true 2>/dev/null; then launcher=(setarch -R); fi
    [[ ! -f tests/tsan.supp ]] || export TSAN_OPTIONS="suppressions=$root/tests/tsan.supp ${TSAN_OPTIONS:-}"
  fi
  "${launcher[@]}" ctest --test-dir "build/$preset" --output-on-failure -j "$(($(nproc) * kTestsPerCore))" "$@"
}

test_preset() {
  local preset=$1
  shift
  if [[ $preset == asan || $preset == tsan ]]; then
    build "$preset" unit_tests # all that runs there
  else
    build "$preset"
    need_kafka_jars fetch_kafka_or_go_on
    need_compose
  fi
  on_failure=show_test_failure step "test-$preset" "running the tests of build/$preset" ctest_on "$preset" "$@"
  skip_reasons "$preset"
}

run_tests() {
  local sanitizers=${CI:-false} presets=() preset fuzz=false
  while (($#)); do
    case $1 in
      --sanitizers) sanitizers=true ;;
      all) presets=(release asan tsan) ;;
      --) shift && break ;;
      -*) die "unknown option $1; options for ctest come after --" ;;
      *) presets+=("$1") ;;
    esac
    shift
  done
  if ((${#presets[@]} == 0)); then
    presets=(release)
    if [[ $sanitizers == true || $sanitizers == 1 ]]; then
      presets=(release asan tsan)
      fuzz=true
    fi
  fi
  for preset in "${presets[@]}"; do
    if [[ $preset == asan || $preset == tsan ]]; then
      test_preset "$preset" -LE "$kNotUnderSanitizers" "$@"
    else
      test_preset "$preset" "$@"
    fi
  done
  ! $fuzz || run_fuzz
  # The first preset ran the whole suite: its summary is the one to end with.
  for ((i = ${#presets[@]} - 1; i >= 0; i--)); do
    say "==> ${presets[i]}:"
    closing_lines "${presets[i]}"
  done
}
