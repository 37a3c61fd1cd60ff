import { releaseFunctions, scriptKeys } from '#node/install-script/index.ts';
import type { ReleaseSource } from './releases.ts';

/**
 * Returns a script for a POSIX shell that installs the newest stable release on Linux or macOS. It downloads the release's metadata, checks their Ed25519
 * signature, system and end, then downloads the package and checks its size and SHA-512. It ends with an error, and installs nothing, if any check fails or
 * can't be made. All commands are in a function, so that half a script does nothing. Pure.
 * @param service true to also install the service that starts ClawReach when the person signs in
 */
export function shellScript(source: ReleaseSource, service: boolean): string {
  return String.raw`#!/bin/sh
# Installs the newest release of ClawReach, after it has checked the release's signature and the package's hash.
#   CLAWREACH_PACKAGE=deb|rpm|AppImage   chooses the package on Linux; AppImage needs no administrator rights
set -eu

${releaseFunctions(source)}
as_root() {
  if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo "$@"; fi
}

install_package() {
  case "$1" in
    deb) as_root apt-get install -y "$2" ;;
    rpm)
      if command -v dnf >/dev/null 2>&1; then as_root dnf install -y "$2"; else as_root rpm -U "$2"; fi
      ;;
    AppImage)
      mkdir -p "$HOME/.local/bin"
      chmod 755 "$2"
      mv -f "$2" "$HOME/.local/bin/ClawReach.AppImage"
      echo "Installed $HOME/.local/bin/ClawReach.AppImage"
      ;;
    zip) /usr/bin/ditto -x -k "$2" /Applications && echo 'Installed /Applications/ClawReach.app' ;;
  esac
}

main() {
  umask 022
  find_system
  find_openssl
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  trap 'exit 1' HUP INT TERM
  read_release

  if [ "$system" = darwin ]; then
    kind=zip
    chosen=$(file_ending "-$arch.zip")
  else
    kind=\${CLAWREACH_PACKAGE:-}
    if [ -z "$kind" ]; then
      if command -v apt-get >/dev/null 2>&1; then
        kind=deb
      elif command -v rpm >/dev/null 2>&1; then
        kind=rpm
      else
        kind=AppImage
      fi
    fi
    case "$kind" in deb | rpm | AppImage) ;; *) fail "CLAWREACH_PACKAGE is deb, rpm or AppImage, not $kind." ;; esac
    chosen=$(file_ending ".$kind")
  fi
  [ -n "$chosen" ] || fail "The release has no $kind package for this system. Nothing was installed."
  read -r url hash size <<EOF
$chosen
EOF
  package="$work/clawreach.$kind"
  fetch_package "$url" "$hash" "$size" "$package"
  # The package manager reads it under an account of its own.
  chmod 755 "$work"
  install_package "$kind" "$package"
${service ? SERVICE : ''}}

main
`.replaceAll('\\${', '${');
}

/** Starts ClawReach when the person signs in, where the command was installed. */
const SERVICE = `  if command -v clawreach >/dev/null 2>&1; then
    clawreach service install
  else
    echo 'The command clawreach is not in PATH yet: start the application once, then run: clawreach service install'
  fi
`;

/**
 * Returns a script for PowerShell 5 or newer that installs the newest stable release on Windows, with the same checks as `shellScript`. Windows has no
 * Ed25519 of its own, so it needs OpenSSL 3, which Git for Windows has. Pure.
 */
export function powerShellScript(source: ReleaseSource): string {
  const keys = scriptKeys(source).map(
    ({ id, line }) => `  @{ Id = ${powerShellQuoted(id)}; Line = ${powerShellQuoted(line)} }`,
  );
  return String.raw`# Installs the newest release of ClawReach, after it has checked the release's signature and the package's hash.
$ErrorActionPreference = 'Stop'
Set-StrictMode -Version 2
$feed = ${powerShellQuoted(source.feed)}
$keys = @(
${keys.join(',\n')}
)

function Get-OpenSsl {
  foreach ($path in @('openssl.exe', "$env:ProgramFiles\Git\usr\bin\openssl.exe", "$env:ProgramFiles\OpenSSL-Win64\bin\openssl.exe")) {
    $command = Get-Command $path -ErrorAction SilentlyContinue
    if ($command -and ((& $command.Source version) -match '^OpenSSL [3-9]\.')) { return $command.Source }
  }
  throw "Can't check the signature of the release: install Git for Windows or OpenSSL 3, then try again. Nothing was installed."
}

function Test-Signature($openssl, $work) {
  foreach ($line in [IO.File]::ReadAllLines("$work\metadata.sig")) {
    if ($line -notmatch '^ed25519 ([0-9a-f]{16}) ([A-Za-z0-9+/]{86}==)$') { continue }
    $id, $signature = $Matches[1], $Matches[2]
    foreach ($key in $keys) {
      if ($key.Id -ne $id) { continue }
      [IO.File]::WriteAllLines("$work\key.pem", @('-----BEGIN PUBLIC KEY-----', $key.Line, '-----END PUBLIC KEY-----'))
      [IO.File]::WriteAllBytes("$work\signature", [Convert]::FromBase64String($signature))
      & $openssl pkeyutl -verify -pubin -inkey "$work\key.pem" -rawin -in "$work\metadata" -sigfile "$work\signature" | Out-Null
      if ($LASTEXITCODE -eq 0) { return $true }
    }
  }
  return $false
}

function Install-ClawReach {
  [Net.ServicePointManager]::SecurityProtocol = [Net.SecurityProtocolType]::Tls12
  $openssl = Get-OpenSsl
  $work = Join-Path ([IO.Path]::GetTempPath()) ([IO.Path]::GetRandomFileName())
  New-Item -ItemType Directory $work | Out-Null
  try {
    Invoke-WebRequest -UseBasicParsing "$feed/latest.yml" -OutFile "$work\metadata"
    Invoke-WebRequest -UseBasicParsing "$feed/latest.yml.sig" -OutFile "$work\metadata.sig"
    if (-not (Test-Signature $openssl $work)) { throw 'The release has no signature by a known key. Nothing was installed.' }
    $text = [IO.File]::ReadAllText("$work\metadata")
    if ($text -notmatch "(?m)^  channel: '?stable'?\r?$") { throw 'The release is not a stable one. Nothing was installed.' }
    if ($text -notmatch "(?m)^  system: '?win32'?\r?$") { throw 'The release is for another system. Nothing was installed.' }
    if ($text -notmatch "(?m)^  expires: '?([^'\r\n]+)'?\r?$" -or [DateTimeOffset]::Parse($Matches[1]) -lt [DateTimeOffset]::UtcNow) {
      throw 'The signature of the release has expired. Nothing was installed.'
    }
    if ($text -notmatch "(?m)^  - url: '?(https://\S+?/ClawReach-Setup-[^/\s]+?\.exe)'?\r?\n    sha512: (?:>-\s+)?'?([A-Za-z0-9+/=]+)'?\r?\n    size: (\d+)") {
      throw 'The release has no installer for this system. Nothing was installed.'
    }
    $url, $hash, $size = $Matches[1], $Matches[2], [long]$Matches[3]
    $package = "$work\ClawReach-Setup.exe"
    Invoke-WebRequest -UseBasicParsing $url -OutFile $package
    $algorithm = [Security.Cryptography.SHA512]::Create()
    $bytes = [IO.File]::ReadAllBytes($package)
    if ($bytes.LongLength -ne $size -or [Convert]::ToBase64String($algorithm.ComputeHash($bytes)) -ne $hash) {
      throw 'The package is not the one that was signed. Nothing was installed.'
    }
    Start-Process -Wait $package
  } finally {
    Remove-Item -Recurse -Force $work
  }
}

Install-ClawReach
`;
}

/** Quotes a text for PowerShell. */
function powerShellQuoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
