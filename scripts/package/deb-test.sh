#!/bin/sh
# Runs as root in a root file system of Debian, in a PID namespace of its own: installs, upgrades and purges the packages
# old.deb and new.deb of this folder, without and beside Debian's package supervisor.
set -eu
cd "$(dirname "$0")"
export DEBIAN_FRONTEND=noninteractive LC_ALL=C

config=/etc/supervisor/supervisord.conf
program=/etc/supervisor/conf.d/clock.conf

. ./steps.sh

pid_of() {
  supervisorctl pid "$1"
}

write_program() {
  mkdir -p /etc/supervisor/conf.d
  cat > "$program" <<'PROGRAM'
[program:clock]
command = sh -c "while :; do date; sleep 0.1; done"
stopasgroup = true
redirect_stderr = true
stdout_logfile = /var/log/supervisor/clock.log
PROGRAM
}

# Nothing may be left but what Debian's supervisor owns.
check_removed() {
  if dpkg-divert --list | grep visord; then fail 'a diversion is left'; fi
  for path in /usr/lib/visord /var/lib/visord /usr/bin/visord /etc/systemd/system/visord.service \
    /etc/systemd/system/multi-user.target.wants/visord.service; do
    [ ! -e "$path" ] && [ ! -L "$path" ] || fail "$path is left"
  done
  [ ! -L /etc/systemd/system/supervisor.service ] || fail 'the name supervisor is left'
}

# Programs may be stopped, and nothing is started: a package that is installed here must not start daemons by itself.
printf '#!/bin/sh\n[ "$2" = stop ] || exit 101\n' > /usr/sbin/policy-rc.d
chmod +x /usr/sbin/policy-rc.d

step 'visord alone: install'
dpkg --install old.deb || apt-get -qq install --fix-broken --no-install-recommends
same version "$(supervisord -v)" 4.3.0
[ -e "$config" ] || fail 'no configuration was made'
same unit "$(basename "$(readlink /etc/systemd/system/supervisor.service)")" visord.service
visord --version
visord check "$config"

step 'visord alone: the init script'
write_program
/etc/init.d/visord start
/etc/init.d/visord status
await 'the program' is_running clock
daemon=$(supervisorctl pid)
clock=$(pid_of clock)

step 'visord alone: upgrade without a restart'
dpkg --install new.deb
await 'the upgrade' grep -q 'upgrade: going on as' "$log"
await 'the daemon after the upgrade' is_running clock
same 'pid of the daemon' "$(supervisorctl pid)" "$daemon"
same 'pid of the program' "$(pid_of clock)" "$clock"

step "Debian's supervisor is installed later"
apt-get -qq install --no-install-recommends -o Dpkg::Options::=--force-confold supervisor
same version "$(supervisord -v)" 4.3.0
[ -x /usr/bin/supervisord.distrib ] || fail 'the file of supervisor is not diverted'
same 'pid of the program' "$(pid_of clock)" "$clock"

step 'visord is removed, and supervisor is back'
dpkg --remove visord
await 'the end of the daemon' is_gone "$daemon"
is_gone "$clock" || fail 'the program runs on'
case $(supervisord -v) in
  4.3.0) fail 'supervisord is still that of visord' ;;
esac
for link in /etc/rc?.d/*visord; do [ ! -L "$link" ] || fail "$link is left"; done
dpkg --purge visord
check_removed
[ -e "$config" ] || fail 'the configuration of supervisor was removed'
supervisord -c "$config"
await 'the program' is_running clock

step 'visord is installed beside a running supervisor'
daemon=$(supervisorctl pid)
clock=$(pid_of clock)
dpkg --install old.deb > install.log
cat install.log
grep -q "the supervisord of Debian still runs (pid $daemon)" install.log || fail 'nothing is reported about it'
same 'pid of the daemon' "$(supervisorctl pid)" "$daemon"
same 'pid of the program' "$(pid_of clock)" "$clock"

step 'the change: stop and start'
supervisorctl shutdown
await 'the end of the daemon' is_gone "$daemon"
/etc/init.d/visord start
await 'the program' is_running clock
same version "$(supervisorctl version)" 4.3.0

step 'visord is removed again, and supervisor starts by itself'
daemon=$(supervisorctl pid)
dpkg --remove visord
await 'the end of the daemon' is_gone "$daemon"
supervisord -c "$config"
await 'the program' is_running clock

step 'the change: take-over without a restart'
daemon=$(supervisorctl pid)
clock=$(pid_of clock)
dpkg --install old.deb > install.log
grep -q "'visord take-over' does so without a restart" install.log || fail 'the take-over is not mentioned'
visord take-over
is_gone "$daemon" || fail 'the supervisord of Debian still runs'
same version "$(supervisorctl version)" 4.3.0
same 'pid of the program' "$(pid_of clock)" "$clock"

step 'visord is installed where programs of a killed supervisord run'
dpkg --remove visord
supervisord -c "$config"
await 'the program' is_running clock
daemon=$(supervisorctl pid)
clock=$(pid_of clock)
kill -KILL "$daemon"
await 'the end of the daemon' is_gone "$daemon"
dpkg --install old.deb > install.log
cat install.log
grep -q "clock:clock (process $clock) is a program of a supervisord that was killed" install.log ||
  fail 'nothing is reported about the program'
/etc/init.d/visord start
await 'the program' is_running clock
same 'pid of the program' "$(pid_of clock)" "$clock"

step 'purge of both'
dpkg --purge visord
check_removed
dpkg --purge supervisor
[ ! -e "$config" ] || fail 'the configuration is left'

step 'visord alone: purge removes what it has made'
dpkg --install new.deb
/etc/init.d/visord start
dpkg --purge visord
check_removed
rm -f "$program"
[ ! -e "$config" ] || fail 'the configuration is left'
[ ! -e /var/log/supervisor ] || fail 'logs are left'
echo 'all steps passed'
