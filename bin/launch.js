// Plain JavaScript of 2015 with modules: this file has to run, and to explain itself, on whatever Node the machine has.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';

const LEAST_NODE = 24;

/**
 * Runs a built command, on this Node if it is new enough, else on the one that was installed with ClawReach.
 * @param {string} name The command, and its file in dist/.
 * @param {string} launcher URL of the calling file.
 */
export function launch(name, launcher) {
  const program = new URL('../dist/' + name + '.js', import.meta.url);
  if (!existsSync(program)) {
    fail(name, 'it has not been built yet.', 'Run `npm run build` in ' + fileURLToPath(new URL('..', import.meta.url)));
  } else if (Number(process.versions.node.split('.')[0]) >= LEAST_NODE) {
    // Here, because libraries that are loaded make V8's young generation grow, and it never shrinks again: src-node/memory says why it should not.
    setFlagsFromString('--semi-space-growth-factor=1');
    import(program.href).catch(function (error) {
      // What has begun already, such as listening for signals, would keep the process alive.
      process.stderr.write(String((error && error.stack) || error) + '\n', function () {
        process.exit(1);
      });
    });
  } else {
    const node = findNode();
    if (node === undefined) {
      fail(
        name,
        'it needs Node ' + LEAST_NODE + ' or newer; this is ' + process.versions.node + '.',
        'Install a newer Node, or run `npm install` in ' + fileURLToPath(new URL('..', import.meta.url)),
      );
    } else {
      runWith(node, fileURLToPath(launcher));
    }
  }
}

/** The executable of the npm package "node": below us in a checkout, beside us when we are a dependency. */
function findNode() {
  const file = process.platform === 'win32' ? 'node.exe' : 'node';
  return ['../node_modules/node/bin/', '../../node/bin/']
    .map(function (folder) {
      return fileURLToPath(new URL(folder + file, import.meta.url));
    })
    .find(existsSync);
}

/** Becomes a shell around the other process: its stdio, signals and exit code are ours. */
function runWith(node, script) {
  const child = spawn(node, process.execArgv.concat([script], process.argv.slice(2)), { stdio: 'inherit' });
  const forward = function (signal) {
    child.kill(signal);
  };
  // Ctrl-C reaches both processes from the terminal; the commands count two that come together as one.
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR2', 'SIGCONT'];
  signals.forEach(function (signal) {
    if (constants.signals[signal] === undefined) return;
    process.on(signal, forward);
  });
  child.on('error', function (error) {
    fail('clawreach', 'Node could not be started: ' + error.message, node);
  });
  child.on('exit', function (code, signal) {
    signals.forEach(function (name) {
      process.removeListener(name, forward);
    });
    // Dying of the same signal is what tells a shell the truth.
    if (signal !== null) process.kill(process.pid, signal);
    else process.exitCode = code;
  });
}

function fail(name, what, next) {
  process.stderr.write(name + ': ' + what + '\n  ' + next + '\n');
  process.exitCode = 1;
}
