# shellcheck shell=sh
# Steps, waits and failures of the tests in a root file system, for `.`.

log=/var/log/supervisor/supervisord.log

step() {
  echo "== $*"
}

fail() {
  echo "FAILED: $*" >&2
  # The folder exists where systemd is PID 1.
  [ ! -d /run/systemd/system ] || systemctl status --no-pager visord supervisor >&2 || true
  [ ! -e "$log" ] || tail -20 "$log" >&2
  exit 1
}

# WHAT COMMAND...: waits up to two minutes.
await() {
  what=$1
  shift
  for _ in $(seq 1200); do
    if "$@" >/dev/null 2>&1; then return; fi
    sleep 0.1
  done
  fail "not in time: $what"
}

# WHAT VALUE EXPECTED
same() {
  [ "$2" = "$3" ] || fail "$1: $2, not $3"
}

is_running() {
  supervisorctl status "$1" | grep -q RUNNING
}

is_gone() {
  ! kill -0 "$1" 2>/dev/null
}
