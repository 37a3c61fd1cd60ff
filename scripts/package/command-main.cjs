/*
 * What the installed `clawreach` program runs before anything else: it is a Node with this inside (docs/adr/0023-the-installed-command.md), and runs
 * nothing but the files of its own folder. `program FILE ...` with one of these files runs that one, as a Node would, since the agent starts its
 * own processes in this way; everything else is a command line.
 */
'use strict';

const { realpathSync } = require('node:fs');
const { createRequire } = require('node:module');
const path = require('node:path');
const { pathToFileURL } = require('node:url');

const folder = path.join(path.dirname(realpathSync(process.execPath)), 'app');
const NAMES = ['clawreach', 'clawreach-relay', 'pty-host'];
const [, called = '', ...words] = process.argv;
const asked = NAMES.find((name) => words[0] === path.join(folder, 'dist', `${name}.js`));
const name = asked ?? (path.basename(called).startsWith('clawreach-relay') ? 'clawreach-relay' : 'clawreach');

process.argv.splice(
  1,
  process.argv.length,
  path.join(folder, 'dist', `${name}.js`),
  ...(asked === undefined ? words : words.slice(1)),
);
const launcher = path.join(folder, 'bin', 'launch.js');
createRequire(launcher)(launcher).launch(name, pathToFileURL(launcher).href);
