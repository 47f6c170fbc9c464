#!/bin/sh
# Runs as root in a system that systemd has booted: the packages old.deb and new.deb of this folder beside Debian's package
# supervisor, whose daemon is a service.
set -eu
cd "$(dirname "$0")"
rm -f /usr/sbin/policy-rc.d

numbers=/var/log/supervisor/counter.log

. ./steps.sh

property() {
  systemctl show --property "$1" --value visord
}

is_version() {
  [ "$(supervisorctl version)" = "$1" ]
}

is_restarted() {
  [ "$(property MainPID)" != 0 ] && [ "$(property MainPID)" != "$1" ] && is_running counter
}

# Each number follows the one before it, and no write has failed.
check_numbers() {
  awk 'NR > 1 && $1 != last + 1 { exit 1 } { last = $1 }' "$numbers" || fail 'numbers are missing in the log'
  [ ! -e /root/broken ] || fail 'a write of the program has failed'
}

step "Debian's supervisor as a service"
apt-get -qq install --no-install-recommends supervisor >/dev/null
rm -f /root/broken "$numbers"
cat > /root/counter.sh <<'PROGRAM'
#!/bin/sh
i=0
while :; do
  i=$((i + 1))
  echo $i || touch /root/broken
  sleep 0.02
done
PROGRAM
chmod +x /root/counter.sh
cat > /etc/supervisor/conf.d/counter.conf <<PROGRAM
[program:counter]
command = /root/counter.sh
stdout_logfile = $numbers
PROGRAM
await 'the service' supervisorctl version
supervisorctl update
await 'the program' is_running counter
counter=$(supervisorctl pid counter)

step 'take-over without a restart'
dpkg --install old.deb > install.log
grep -q "'visord take-over -- systemctl start supervisor' does so without a restart" install.log ||
  fail 'the take-over is not mentioned'
if visord take-over; then fail 'a service of systemd was taken over without a command'; fi
visord take-over -- systemctl start supervisor
same 'unit' "$(systemctl show --property Id --value supervisor)" visord.service
same 'type' "$(property Type)" notify
same 'pid of the program' "$(supervisorctl pid counter)" "$counter"
is_version 4.3.0 || fail 'the daemon is not visord'
check_numbers

step 'a started program has pipes that outlive the daemon'
supervisorctl stop counter
rm "$numbers"
supervisorctl start counter
counter=$(supervisorctl pid counter)

step 'systemctl reload'
printf '[program:second]\ncommand = /bin/sleep 1000\n' > /etc/supervisor/conf.d/second.conf
systemctl reload supervisor
await 'the added program' is_running second
same 'pid of the program' "$(supervisorctl pid counter)" "$counter"

step 'a killed daemon comes back'
main=$(property MainPID)
kill -KILL "$main"
await 'the next daemon' is_restarted "$main"
same 'pid of the program' "$(supervisorctl pid counter)" "$counter"

step 'a daemon that hangs is killed by the watchdog, and comes back'
main=$(property MainPID)
kill -STOP "$main"
await 'the next daemon' is_restarted "$main"
same 'pid of the program' "$(supervisorctl pid counter)" "$counter"
check_numbers

step 'upgrade without a restart'
main=$(property MainPID)
restarts=$(property NRestarts)
dpkg --install new.deb
await 'the upgrade' grep -q 'upgrade: visord .* goes on in place of' "$log"
await 'the daemon after the upgrade' is_running counter
same 'pid of the daemon' "$(property MainPID)" "$main"
same 'restarts' "$(property NRestarts)" "$restarts"
same 'pid of the program' "$(supervisorctl pid counter)" "$counter"
check_numbers

step "removal gives the service back to Debian's supervisor"
dpkg --remove visord
is_gone "$counter" || fail 'the program runs on'
await 'the service' is_running counter
case $(supervisorctl version) in
  4.3.0) fail 'the daemon is still visord' ;;
esac

step 'service supervisor restart changes over'
dpkg --install old.deb >/dev/null
service supervisor restart
await 'visord' is_version 4.3.0
await 'the program' is_running counter

step 'purge'
dpkg --purge visord
dpkg --purge supervisor
rm -f /etc/supervisor/conf.d/counter.conf /etc/supervisor/conf.d/second.conf
for path in /etc/systemd/system/supervisor.service /etc/systemd/system/multi-user.target.wants/visord.service; do
  [ ! -L "$path" ] || fail "$path is left"
done
echo 'all steps passed'
