/**
 * The application's first file, bundled as CommonJS: what has to happen before Electron is ready runs here at once, while a module graph would
 * still be loading (ready does not wait for it), and a second start ends here without having loaded anything else.
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
// Chromium's own files stay apart from keys and settings; the lock of the single instance is among them, so there is one for each profile.
app.setPath('userData', windowDirectory(profile, tmpdir(), process.getuid?.()));
app.setName('ClawReach');
// Chromium ends at once where the sandbox is asked for and root has switched it off on the command line, as it must.
if (!app.commandLine.hasSwitch('no-sandbox')) app.enableSandbox();
// Nothing of Chromium itself asks the network for anything.
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
  // Held in a variable so that the bundler leaves it alone: a bundle of its own, which stands beside this one.
  const application = './main.js';
  void (import(application) as Promise<typeof Main>).then(
    ({ runApplication }) => runApplication({ profile, options, openings }),
    (error: unknown) => {
      process.stderr.write(`clawreach: the application could not be loaded: ${String(error)}\n`);
      app.exit(1);
    },
  );
} else {
  // The first instance has got this start's arguments and shows itself.
  app.exit(0);
}
