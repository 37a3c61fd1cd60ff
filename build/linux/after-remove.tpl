#!/bin/sh
# After deb and rpm have taken the application away. An update runs this too, with the new one in place already.
case "$1" in
  upgrade | failed-upgrade | 1) exit 0 ;;
esac
folder='/opt/${sanitizedProductName}'
for link in /usr/bin/clawreach /usr/bin/clawreach-relay '/usr/bin/${executable}'; do
  case "$(readlink "$link" 2>/dev/null)" in
    "$folder"/*) rm -f "$link" ;;
  esac
done
profile='/etc/apparmor.d/${executable}'
if [ ! -L "$profile" ] && grep -qsF "$folder/" "$profile"; then
  if command -v apparmor_parser >/dev/null 2>&1; then apparmor_parser --remove "$profile" >/dev/null 2>&1 || true; fi
  rm -f "$profile"
fi
exit 0
