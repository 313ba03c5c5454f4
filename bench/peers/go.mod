// The peers that are Go modules, pinned with all they need; bench/common/tools.py builds them.
module copydesk/bench/peers

go 1.26.4

require github.com/redpanda-data/benthos/v4 v4.76.0
