/**
 * Code runners: programs that run code from their arguments or files, such as shells, interpreters and build tools. A request to run one of them
 * warns the person, shows the files that the arguments name, and pins their contents. The list can't be complete, so no rule relies on it: rules that
 * pin files are only made for the programs in `safe-programs.ts`.
 */
const CODE_RUNNERS: ReadonlySet<string> = new Set(
  `
  sh bash dash ash zsh ksh mksh fish tcsh csh rbash pwsh powershell cmd wscript cscript mshta rundll32 regsvr32 wsl conhost explorer forfiles
  python pythonw pypy node nodejs deno bun tsx ts-node npx npm pnpm yarn corepack perl ruby irb php lua luajit tclsh wish expect osascript java
  javaw jshell kotlin scala groovy runghc ghci rscript r julia octave erl elixir iex guile racket sbcl clisp swift dotnet uv uvx pipx pip gem
  bundle rake emacs emacsclient vim vi view nvim ed ex nano awk gawk mawk nawk sed env xargs nice ionice chrt taskset nohup timeout time stdbuf
  setsid setarch linux32 linux64 script scriptreplay unshare nsenter chroot sudo sudoedit doas su runuser pkexec run0 ssh scp sftp rsync rsh
  mosh find fd fdfind parallel watch entr make gmake cmake ninja just task cargo go gradle mvn ant docker podman nerdctl kubectl helm
  systemd-run systemctl launchctl at batch crontab start-stop-daemon busybox toybox coreutils gdb lldb strace ltrace perf valgrind ld ld.so
  git hg svn tar bsdtar zip 7z cpio man less more most sqlite sqlite3 psql mysql ftp telnet nc ncat socat tmux screen flock logrotate capsh
  curl wget openssl pytest tox nox poetry terraform tofu ansible ansible-playbook vagrant bazel meson cpan direnv mise asdf nix nix-shell
  nix-build guix machinectl systemd-nspawn runc gcc g++ clang cc tcc rustc zig sort split watchexec nodemon
  faketime dbus-run-session xvfb-run proot fakeroot firejail bwrap open xdg-open gio start claude codex openclaw clawreach
  `
    .trim()
    .split(/\s+/),
);

/**
 * Reports whether a program is a known code runner, for `planRun`. Pure.
 * @param names names and paths of the program: its file, the link to it, and the word in the command; one known name is enough
 */
export function isKnownCodeRunner(...names: readonly string[]): boolean {
  return names.some((name) => {
    const plain = plainProgramName(name);
    // python3.11, ruby2.7, ld-linux-x86-64.so.2
    return (
      CODE_RUNNERS.has(plain) || CODE_RUNNERS.has(plain.replace(/[-.]?\d[\d.]*$/, '')) || /^ld[-.].*so/.test(plain)
    );
  });
}

/** Returns the name to look up in lists of programs: the last part of a path, in lower case, without `.exe` or `.com`. Pure. */
export function plainProgramName(path: string): string {
  const name = path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
  return name.toLowerCase().replace(/\.(?:exe|com)$/, '');
}
