/** Folder of the programs at the server. Everything in it is root's. */
export const BASE = '/opt/clawreach-relay';
/** Folder of the relay's keys and database. */
export const DATA = '/var/lib/clawreach-relay';
/** User and state folder of the relay. */
export const USER = 'clawreach-relay';
export const SERVICE = 'clawreach-relay.service';
export const UNIT = `/etc/systemd/system/${SERVICE}`;
/** Record of what was installed. */
export const RECORD = `${BASE}/installed.json`;

const HEAD = `set -eu; umask 022
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin; LC_ALL=C; export PATH LC_ALL
`;
/** Ends unless the folder of the programs is a folder of root's, so that no one else's link is followed. */
const OWN_BASE = `
if [ -L ${BASE} ] || { [ -e ${BASE} ] && [ "$(stat -c %u ${BASE})" != 0 ]; }; then echo "${BASE} is not root's folder" >&2; exit 90; fi
`;

/** Prints facts about the user of the login. */
export const USER_SURVEY = `${HEAD}
echo "uid=$(id -u)"
if command -v sudo >/dev/null 2>&1; then echo sudo=yes; if sudo -k -n true >/dev/null 2>&1; then echo sudo-free=yes; fi; fi
`;

/** Prints facts about the server, as root. Argument: port of the relay. */
export const SURVEY = `${HEAD}
echo "system=$(uname -s)"
echo "machine=$(uname -m)"
if [ -d /run/systemd/system ]; then echo systemd=yes; fi
for loader in /lib64/ld-linux-x86-64.so.2 /lib/ld-linux-aarch64.so.1; do if [ -e "$loader" ]; then echo libc=glibc; fi; done
missing=
for tool in tar gzip sha512sum useradd systemctl awk base64 stat; do command -v "$tool" >/dev/null 2>&1 || missing="$missing $tool"; done
echo "missing=$missing"
folder=/opt; [ -d /opt ] || folder=/
echo "free=$(df -Pk "$folder" | awk 'NR==2{print $4}')"
hex=$(printf ':%04X' "$1")
if cat /proc/net/tcp /proc/net/tcp6 2>/dev/null | awk -v p="$hex" '$4=="0A" && substr($2,length($2)-4)==p{f=1} END{exit !f}'; then echo port=used; fi
if [ -e ${UNIT} ] || [ -L ${UNIT} ]; then echo unit=yes; fi
if systemctl is-active --quiet ${SERVICE} 2>/dev/null; then echo active=yes; fi
if id ${USER} >/dev/null 2>&1; then echo user=yes; if [ "$(getent passwd ${USER} | cut -d: -f6)" = ${DATA} ]; then echo user-own=yes; fi; fi
if [ -e ${DATA} ]; then echo data=yes; fi
if [ -e ${BASE} ] || [ -L ${BASE} ]; then echo base=yes; fi
if [ -f ${RECORD} ] && [ ! -L ${RECORD} ] && [ ! -L ${BASE} ] && [ "$(stat -c %u ${RECORD} ${BASE} | sort -u)" = 0 ]; then
  echo "record=$(head -c 8192 ${RECORD} | base64 | tr -d '\\n')"
fi
if [ -L ${BASE}/current ]; then echo "current=$(basename "$(readlink ${BASE}/current)")"; fi
if command -v ufw >/dev/null 2>&1 && ufw status 2>/dev/null | grep -q '^Status: active'; then echo firewall=ufw
elif command -v firewall-cmd >/dev/null 2>&1 && [ "$(firewall-cmd --state 2>/dev/null)" = running ]; then echo firewall=firewalld; fi
`;

/** Takes the uploaded package into a folder of root's and checks the copy. Arguments: file, SHA-512. */
export const VERIFY = `${HEAD}${OWN_BASE}
mkdir -p -m 755 ${BASE} ${BASE}/versions
rm -rf ${BASE}/incoming; mkdir -m 700 ${BASE}/incoming
cp -P -- "$1" ${BASE}/incoming/package.tar.gz
if [ -L ${BASE}/incoming/package.tar.gz ] || [ ! -f ${BASE}/incoming/package.tar.gz ]; then exit 91; fi
chown root:root ${BASE}/incoming/package.tar.gz
[ "$(sha512sum < ${BASE}/incoming/package.tar.gz | cut -d ' ' -f 1)" = "$2" ] || exit 91
`;

/** Creates the user, unpacks the checked package and tries it as that user. Argument: name of the version. Prints what it created. */
export const INSTALL = `${HEAD}${OWN_BASE}
if ! id ${USER} >/dev/null 2>&1; then
  shell=/usr/sbin/nologin; [ -x "$shell" ] || shell=/bin/false
  useradd --system --user-group --no-create-home --home-dir ${DATA} --shell "$shell" ${USER}
  echo created-user
fi
target=${BASE}/versions/$1
if [ ! -d "$target" ]; then
  rm -rf ${BASE}/incoming/tree; mkdir -m 755 ${BASE}/incoming/tree
  tar -xzf ${BASE}/incoming/package.tar.gz -C ${BASE}/incoming/tree --no-same-owner --no-same-permissions
  chown -R -h root:root ${BASE}/incoming/tree
  chmod -R u+rwX,go+rX,go-w ${BASE}/incoming/tree
  [ -e ${BASE}/incoming/tree/clawreach-relay ] || ln -s clawreach ${BASE}/incoming/tree/clawreach-relay
  mv -T ${BASE}/incoming/tree "$target"
  echo created-version
fi
rm -rf ${BASE}/incoming
"$target/clawreach-relay" --help >/dev/null </dev/null
`;

/** Writes the unit and the record. Arguments: unit, record. */
export const SERVICE_FILES = `${HEAD}${OWN_BASE}
printf '%s' "$2" > ${RECORD}.new; chmod 644 ${RECORD}.new; mv -T ${RECORD}.new ${RECORD}
printf '%s' "$1" > ${UNIT}.new; chmod 644 ${UNIT}.new; mv -T ${UNIT}.new ${UNIT}
systemctl daemon-reload
`;

/** Switches to a version, starts the service and waits until it listens. Arguments: name of the version, port. */
export const START = `${HEAD}${OWN_BASE}
ln -s "versions/$1" ${BASE}/current.new; mv -T ${BASE}/current.new ${BASE}/current
systemctl enable --quiet ${SERVICE} 2>/dev/null || systemctl enable ${SERVICE} >/dev/null
systemctl restart ${SERVICE}
hex=$(printf ':%04X' "$2")
restarts() { systemctl show -p NRestarts --value ${SERVICE}; }
before=$(restarts)
left=60
# A service that ends thrice does not start.
while [ "$left" -gt 0 ] && [ "$(( $(restarts) - before ))" -lt 3 ]; do
  if systemctl is-active --quiet ${SERVICE} && [ -s ${DATA}/admission-token ] && [ -s ${DATA}/tls-certificate.pem ] &&
    cat /proc/net/tcp /proc/net/tcp6 2>/dev/null | awk -v p="$hex" '$4=="0A" && substr($2,length($2)-4)==p{f=1} END{exit !f}'; then exit 0; fi
  left=$((left - 1)); sleep 0.5
done
said=$(journalctl -q -n 3 -o cat --no-pager _SYSTEMD_UNIT=${SERVICE} --since=-2min 2>/dev/null || true)
[ -n "$said" ] || said=$(journalctl -q -n 3 -o cat -p warning --no-pager -u ${SERVICE} 2>/dev/null || true)
[ -n "$said" ] || said=$(systemctl show -p ActiveState,SubState,Result,ExecMainStatus ${SERVICE})
printf '%s' "$said" | tr '\\n' ' ' >&2
exit 92
`;

/** Prints certificate and admission token of the relay, in base64. */
export const READ_RELAY = `${HEAD}
for file in tls-certificate.pem admission-token; do
  if [ -f ${DATA}/$file ] && [ ! -L ${DATA}/$file ]; then echo "$file=$(head -c 8192 ${DATA}/$file | base64 | tr -d '\\n')"; fi
done
`;

/**
 * Prints each rule that a port needs and that isn't there. Of ufw's rules those count that hold for everyone: for the port, a list or range with it, and
 * for the protocol or both. Arguments: firewall, port.
 */
export const MISSING_RULES = `${HEAD}
opens() {
  ufw show added | awk -v port="$1" -v protocol="$2" '
    $1 == "ufw" && $2 == "allow" {
      at = 3; if ($3 == "log" || $3 == "log-all") at = 4
      if (NF > at && $(at + 1) != "comment") next
      if (split($at, rule, "/") > 1 && rule[2] != protocol) next
      count = split(rule[1], ports, ",")
      for (i = 1; i <= count; i++) if (ports[i] ~ /^[0-9]+(:[0-9]+)?$/) {
        last = split(ports[i], ends, ":")
        if (ends[1] + 0 <= port + 0 && port + 0 <= ends[last] + 0) found = 1
      }
    }
    END { exit !found }'
}
for protocol in tcp udp; do
  case "$1" in
    ufw) if ! opens "$2" "$protocol"; then echo "rule=$2/$protocol"; fi ;;
    firewalld) if ! firewall-cmd --quiet --permanent --query-port="$2/$protocol"; then echo "rule=$2/$protocol"; fi ;;
  esac
done
`;

/** Adds rules. Arguments: firewall, rules (\`PORT/PROTOCOL\`). */
export const OPEN_PORT = `${HEAD}
firewall=$1; shift
for rule in "$@"; do
  case "$firewall" in
    ufw) ufw allow "$rule" comment 'ClawReach relay' >/dev/null ;;
    firewalld) firewall-cmd --quiet --permanent --add-port="$rule"; firewall-cmd --quiet --add-port="$rule" ;;
  esac
done
`;

/** Removes rules. Arguments: firewall, rules (\`PORT/PROTOCOL\`). */
export const CLOSE_PORT = `${HEAD}
firewall=$1; shift
for rule in "$@"; do
  case "$firewall" in
    ufw) if command -v ufw >/dev/null 2>&1; then ufw delete allow "$rule" >/dev/null || true; fi ;;
    firewalld)
      if [ "$(firewall-cmd --state 2>/dev/null)" = running ]; then
        firewall-cmd --quiet --permanent --remove-port="$rule"; firewall-cmd --quiet --remove-port="$rule" || true
      fi ;;
  esac
done
`;

/** Stops the service and removes its unit. */
export const REMOVE_SERVICE = `${HEAD}
systemctl disable --now --quiet ${SERVICE} 2>/dev/null || systemctl stop ${SERVICE} 2>/dev/null || true
rm -f ${UNIT} ${UNIT}.new
systemctl daemon-reload
systemctl reset-failed ${SERVICE} 2>/dev/null || true
`;

/** Removes the programs: only what this product puts there, so that a foreign file keeps the folder. */
export const REMOVE_PROGRAMS = `${HEAD}${OWN_BASE}
rm -rf ${BASE}/versions ${BASE}/incoming ${BASE}/current ${BASE}/current.new ${RECORD} ${RECORD}.new
if [ -d ${BASE} ]; then rmdir ${BASE}; fi
`;

/** Removes one version. Argument: its name. */
export const REMOVE_VERSION = `${HEAD}${OWN_BASE}
rm -rf "${BASE}/versions/$1" ${BASE}/incoming
`;

/** Removes versions other than two. Arguments: their names. */
export const REMOVE_OLD = `${HEAD}${OWN_BASE}
for folder in ${BASE}/versions/*; do
  name=$(basename "$folder")
  if [ "$name" != "$1" ] && [ "$name" != "$2" ]; then rm -rf "$folder"; fi
done
`;

/** Removes keys and database. */
export const REMOVE_DATA = `${HEAD}
if [ -L ${DATA} ]; then rm -f ${DATA}; else rm -rf ${DATA}; fi
`;

export const REMOVE_USER = `${HEAD}
userdel ${USER} 2>/dev/null || true
`;
