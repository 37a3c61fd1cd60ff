/** What goes into an installation, each in its folder: `app` becomes app.asar, `command` stands beside it, `maps` stays with whoever built it. */
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildCommands } from '../build-commands.ts';
import { buildDesktop } from '../build-desktop.ts';
import { buildPage } from '../build-page.ts';
import { buildWindow } from '../build-window.ts';
import { sourceAliases } from '../support/bundling.ts';
import { UsedPackages } from '../support/used-packages.ts';
import { buildCommandProgram } from './command-program.ts';
import { copySkills } from './skills.ts';
import { copyNativePackages } from './native-packages.ts';
import { withPieces } from './pieces.ts';

export type StageOptions = Readonly<{
  root: string;
  /** Folder for everything; what was in it goes. */
  to: string;
  /** See `buildDesktop`. */
  updates: string;
}>;

/** What the application runs in processes of its own; the command line is not among it. */
const IN_APPLICATION = ['pty-host.js', 'clawreach-relay.js'];

export async function stage({ root, to, updates }: StageOptions): Promise<void> {
  rmSync(to, { recursive: true, force: true });
  const app = join(to, 'app');
  const command = join(to, 'command');
  const commandApp = join(command, 'app');
  const target = { platform: process.platform, arch: process.arch };
  const alias = sourceAliases(root);
  const used = new UsedPackages();

  await buildCommands({ root, alias, dist: join(commandApp, 'dist'), form: 'small', used, updates });
  await buildDesktop({ root, alias, dist: join(app, 'dist'), used, updates });
  await buildWindow({ root, dist: join(app, 'dist'), used, stories: false });
  await placePage(root, join(app, 'dist'), used);
  takeMapsOut(join(app, 'dist'), join(to, 'maps', 'app'));
  takeMapsOut(join(commandApp, 'dist'), join(to, 'maps', 'command'));

  for (const folder of [app, commandApp]) copyNativePackages(root, join(folder, 'node_modules'), target);
  for (const name of readdirSync(join(app, 'node_modules'))) used.addInstalled(name, root);
  // What runs it all.
  used.addOne('electron', root);
  used.addOne('node', root);
  const licences = JSON.stringify(used.licences());

  for (const name of withPieces(join(commandApp, 'dist'), IN_APPLICATION)) {
    cpSync(join(commandApp, 'dist', name), join(app, 'dist', name));
  }
  // A copy of its own: what the command reads lies open, what the application shows is in its archive.
  for (const name of ['renderer', 'page'])
    if (existsSync(join(app, 'dist', name)))
      cpSync(join(app, 'dist', name), join(commandApp, 'dist', name), { recursive: true });
  for (const folder of [app, commandApp]) writeFileSync(join(folder, 'dist', 'licences.json'), licences);
  cpSync(join(root, 'assets', 'tray'), join(app, 'assets', 'tray'), {
    recursive: true,
    filter: (path) => !path.endsWith('source') && !path.endsWith('.svg'),
  });
  cpSync(join(root, 'assets', 'icon'), join(app, 'assets', 'icon'), { recursive: true });
  mkdirSync(join(commandApp, 'bin'));
  cpSync(join(root, 'bin', 'launch.js'), join(commandApp, 'bin', 'launch.js'));
  cpSync(join(root, 'LICENSE'), join(commandApp, 'LICENSE'));
  copySkills(root, commandApp);
  if (target.platform === 'win32') cpSync(join(root, 'build', 'windows', 'path.ps1'), join(command, 'path.ps1'));

  const { version, description, license } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Record<
    string,
    string
  >;
  const manifest = { name: 'clawreach', version, description, license, type: 'module' };
  writeFileSync(join(commandApp, 'package.json'), JSON.stringify(manifest, null, 2));
  writeFileSync(
    join(app, 'package.json'),
    JSON.stringify(
      {
        ...manifest,
        productName: 'ClawReach',
        desktopName: 'clawreach-desktop.desktop',
        author: { name: 'The ClawReach authors' },
        homepage: homepage(process.env['GITHUB_REPOSITORY']),
        main: 'dist/desktop/start.cjs',
      },
      null,
      2,
    ),
  );
  buildCommandProgram(root, join(command, process.platform === 'win32' ? 'clawreach.exe' : 'clawreach'));
}

/** Builds the page, or takes the one that was built and signed before: what is packaged on several systems has one manifest. */
async function placePage(root: string, dist: string, used: UsedPackages): Promise<void> {
  const signed = process.env['CLAWREACH_SIGNED_PAGE'];
  await buildPage({ root, dist, used, effort: 'best' });
  if (signed === undefined || signed === '') return;
  rmSync(join(dist, 'page'), { recursive: true, force: true });
  cpSync(signed, join(dist, 'page'), { recursive: true });
}

function takeMapsOut(folder: string, to: string): void {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !entry.name.endsWith('.map')) continue;
    mkdirSync(to, { recursive: true });
    renameSync(join(entry.parentPath, entry.name), join(to, entry.name));
  }
}

function homepage(repository: string | undefined): string {
  return repository === undefined ? 'https://clawreach.invalid' : `https://github.com/${repository}`;
}
