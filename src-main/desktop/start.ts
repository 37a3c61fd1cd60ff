/**
 * First file of the application, bundled as CommonJS. Does what must happen before Electron is ready, since Electron
 * wouldn't wait until the other modules are loaded. A second start of the application ends here: Electron passes its
 * arguments to the first one.
 */
import { homedir, tmpdir } from 'node:os';
import { app, protocol } from 'electron';
import { profileDirectory } from '#node/profile/index.ts';
import type * as Main from './main.ts';
import { APP_SCHEME_PRIVILEGES } from './app-scheme.ts';
import { OpenRequests, parseArguments, windowDirectory } from './opening/index.ts';

const options = parseArguments(process.argv.slice(1));
const profile = profileDirectory(options.profile, {
  platform: process.platform,
  variables: process.env,
  home: homedir(),
  workingDirectory: process.cwd(),
});
// Chromium's own files are separate from keys and settings. They include the single-instance lock, so each profile has
// its own.
app.setPath('userData', windowDirectory(profile, tmpdir(), process.getuid?.()));
app.setName('ClawReach');
// As root, Chromium needs --no-sandbox and exits if the sandbox is enabled as well.
if (!app.commandLine.hasSwitch('no-sandbox')) app.enableSandbox();
// Chromium itself must not use the network.
app.commandLine.appendSwitch('disable-background-networking');
app.commandLine.appendSwitch('disable-component-update');
protocol.registerSchemesAsPrivileged([APP_SCHEME_PRIVILEGES]);

const openings = new OpenRequests();
if (options.link !== undefined) openings.add({ link: options.link });
app.on('second-instance', (_event, arguments_) => openings.add({ link: parseArguments(arguments_).link }));
app.on('open-url', (event, url) => {
  event.preventDefault();
  openings.add({ link: url });
});

if (app.requestSingleInstanceLock()) {
  // A variable, since there is no such file beside this source: it is a bundle of its own, which the build leaves outside.
  const application = './main.js';
  void (import(application) as Promise<typeof Main>).then(
    ({ runApplication }) => runApplication({ profile, options, openings }),
    (error: unknown) => {
      process.stderr.write(`clawreach: the application could not be loaded: ${String(error)}\n`);
      app.exit(1);
    },
  );
} else {
  // The first instance has received the arguments and shows itself.
  app.exit(0);
}
