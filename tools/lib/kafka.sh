# `tools/dev kafka`: a real broker for people. tools/kafka/broker.py does the work, kcat produces and consumes.

kafka_usage() {
  cat <<'USAGE'
usage: tools/dev kafka COMMAND
  start                   a broker on port 9092 or the next free one; what is in it stays in build/kafka/dev
  stop, kill              end it in order, or by kill -9; the next start finds what was acknowledged
  status                  its address, its log, its topics
  topic NAME [PARTITIONS] a new topic, of 3 partitions
  produce TOPIC [ARGS]    lines of the standard input; `produce TOPIC FILE...` sends each file as one message
  consume TOPIC [ARGS]    what is there, to the end; -f '%k %h %s\n' shows keys and headers too
ARGS go to kcat.
USAGE
}

broker() { python3 -B "$root/tools/kafka/broker.py" "$@"; }

# need_kafka_jars <command>: runs it when the jars of the pinned version are not there yet.
need_kafka_jars() {
  broker fetched || step kafka-jars "fetching Apache Kafka into build/kafka (Maven, about 45 MB)" "$@"
}

# For the test suite: without the jars the tests of Kafka fail and say why, the others need none.
fetch_kafka_or_go_on() { broker fetch || echo "Going on: the tests that need a broker will fail."; }

# kafka_client <kcat's mode> <topic> <args...>: files are named from where the caller is.
kafka_client() {
  local mode=$1 topic=${2:-} address
  [[ -n $topic ]] || { kafka_usage >&2; exit 2; }
  shift 2
  address=$(broker bootstrap) || exit 1
  cd "$caller_dir"
  case $mode in
    produce) exec kcat -b "$address" -P -t "$topic" "$@" ;;
    consume) exec kcat -b "$address" -C -e -q -t "$topic" "$@" ;;
  esac
}

run_kafka() {
  local command=${1:-}
  case $command in
    start)
      setup_packages
      need_kafka_jars broker fetch
      step kafka-start "starting the broker" broker start
      say "==> $(broker bootstrap); stop it with: tools/dev kafka stop"
      ;;
    stop | kill | status | topic) broker "$@" ;;
    produce | consume)
      setup_packages
      kafka_client "$@"
      ;;
    -h | --help | help) kafka_usage ;;
    *)
      kafka_usage >&2
      exit 2
      ;;
  esac
}
