#!/usr/bin/env bash
# A wasmd of one validator on loopback, for comparisons. Builds it with the ordinary go client on first use.
#   wasmd.sh start ADDRESS…   prints the RPC's URL, then serves until its standard input closes
#   wasmd.sh version          what is pinned
# Work is kept in $PEERS (default: a folder in the user's cache). Needs go and a C compiler.
set -euo pipefail
PEERS=${PEERS:-${XDG_CACHE_HOME:-$HOME/.cache}/mycel-peers}
WASMD=v0.61.14 WASMVM=v3.0.7 SONIC=v1.15.5
CHAIN=peer-1
BIN=$PEERS/bin/wasmd

# `go install` refuses a module whose go.mod replaces others, so the build runs in a writable copy of it.
build() {
  local stamp=$PEERS/bin/.wasmd-$WASMD
  [ -x "$BIN" ] && [ -f "$stamp" ] && return
  echo "building wasmd $WASMD (about 440 CPU-seconds, once)" >&2
  mkdir -p "$PEERS/bin" "$PEERS/lib"
  export GOTOOLCHAIN=local GOFLAGS=-buildvcs=false CGO_ENABLED=1
  local module
  module=$(go mod download -json "github.com/CosmWasm/wasmd@$WASMD" | sed -n 's/^\t"Dir": "\(.*\)",$/\1/p')
  [ -d "$module" ] || { echo "the module of wasmd did not arrive" >&2; exit 1; }
  rm -rf "$PEERS/wasmd" && cp -r "$module" "$PEERS/wasmd" && chmod -R u+w "$PEERS/wasmd"
  (
    cd "$PEERS/wasmd"
    go get "github.com/bytedance/sonic@$SONIC" # the one that is pinned does not build with Go 1.26
    go mod download github.com/CosmWasm/wasmvm/v3
    vm=$(go list -m -f '{{.Dir}}' github.com/CosmWasm/wasmvm/v3)
    [ "$(go list -m -f '{{.Version}}' github.com/CosmWasm/wasmvm/v3)" = "$WASMVM" ]
    install -m 0755 "$vm/internal/api/libwasmvm.x86_64.so" "$PEERS/lib/"
    go build -mod=readonly -trimpath -tags netgo -o "$BIN" -ldflags \
      "-s -w -X github.com/CosmWasm/wasmd/app.Bech32Prefix=wasm -extldflags '-Wl,-rpath,\$ORIGIN/../lib'" ./cmd/wasmd
  ) >&2
  touch "$stamp"
}

start() {
  build
  local run base=${BASE:-37000}
  run=$(mktemp -d "$PEERS/run.XXXXXX")
  {
    "$BIN" init peer --chain-id $CHAIN --home "$run"
    "$BIN" keys add val --keyring-backend test --home "$run"
    "$BIN" genesis add-genesis-account "$("$BIN" keys show val -a --keyring-backend test --home "$run")" 1000000000000stake --home "$run"
    for address in "$@"; do "$BIN" genesis add-genesis-account "$address" 1000000stake --home "$run"; done
    "$BIN" genesis gentx val 500000000000stake --chain-id $CHAIN --keyring-backend test --home "$run"
    "$BIN" genesis collect-gentxs --home "$run"
    sed -i -E "s#^laddr = \"tcp://127.0.0.1:26657\"#laddr = \"tcp://127.0.0.1:$((base + 57))\"#
      s#^laddr = \"tcp://0.0.0.0:26656\"#laddr = \"tcp://127.0.0.1:$((base + 56))\"#; s#^pprof_laddr.*#pprof_laddr = \"\"#
      s#^timeout_commit = .*#timeout_commit = \"100ms\"#" "$run/config/config.toml"
    sed -i -E "s#^minimum-gas-prices = .*#minimum-gas-prices = \"0stake\"#; s#localhost:9090#127.0.0.1:$((base + 90))#
      s#tcp://localhost:1317#tcp://127.0.0.1:$((base + 17))#" "$run/config/app.toml"
  } >"$run/setup.log" 2>&1 || { cat "$run/setup.log" >&2; exit 1; }
  "$BIN" start --home "$run" --log_level error --log_no_color >"$run/log" 2>&1 &
  local pid=$! url=http://127.0.0.1:$((base + 57)) height=0
  trap "kill $pid 2>/dev/null; wait $pid 2>/dev/null; rm -rf '$run'" EXIT
  for _ in $(seq 1 120); do
    sleep 0.25
    height=$(curl -s -m 2 "$url/status" | sed -n 's/.*"latest_block_height":"\([0-9]*\)".*/\1/p') || true
    [ "${height:-0}" -ge 2 ] && break
  done
  [ "${height:-0}" -ge 2 ] || { tail -5 "$run/log" >&2; exit 1; }
  echo "$url"
  cat >/dev/null
}

case ${1:-} in
  start) shift; start "$@" ;;
  version) echo "wasmd $WASMD wasmvm $WASMVM" ;;
  *) sed -n '2,5p' "$0" >&2; exit 2 ;;
esac
