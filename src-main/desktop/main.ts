import { join } from 'node:path';
import { app, dialog, Menu, nativeTheme, powerMonitor, session } from 'electron';
import { errorCode } from '#shared/errors.ts';
import type { Logger } from '#shared/logger.ts';
import { systemClock } from '#node/clock/index.ts';
import { ensurePrivateDirectory } from '#node/files/index.ts';
import { watchUnexpected } from '#node/logging/index.ts';
import { createAutostart } from './autostart/index.ts';
import { explainError, loadErrors, switchLanguage, text } from './locale/index.ts';
import { askToQuit, openApplicationLog, QuitQuestion, Shutdown, type QuitFacts } from './lifecycle/index.ts';
import { createLinkOpener, createViewers, registerScheme } from './links/index.ts';
import type { ApplicationArguments, OpenRequests } from './opening/index.ts';
import type { AgentHost, DesktopServices } from './ports.ts';
import { isScreenLocked, watchPower } from './power/index.ts';
import { openWindowSettings } from './settings/index.ts';
import { createShell } from './shell.ts';
import { createWindowFiles } from './transfers/index.ts';
import {
  applicationMenu,
  createCameraGate,
  createFolderChooser,
  createTextSaver,
  guardContents,
  hardenSession,
} from './window/index.ts';

/** Facts that are known before Electron is ready; `start.ts` collects them. */
export type ApplicationStart = Readonly<{
  /** Absolute path of the profile directory. */
  profile: string;
  options: ApplicationArguments;
  openings: OpenRequests;
}>;

/** Exit code after an uncaught error: EX_SOFTWARE of sysexits.h, as of `clawreach run`. */
const FAULT = 70;
/** Directory above `dist/desktop`, into which this file is bundled. */
const ROOT = join(import.meta.dirname, '..', '..');
const FILES = join(ROOT, 'dist', 'renderer');

/** Runs the application: composes its parts, and defines the order in which they start and end. Called by `start.ts`. */
export async function runApplication(start: ApplicationStart): Promise<void> {
  await app.whenReady();
  try {
    ensurePrivateDirectory(start.profile);
    const logger = openApplicationLog(start.profile, process.env['CLAWREACH_LOG_LEVEL'], !app.isPackaged);
    const camera = createCameraGate();
    await hardenSession(session.defaultSession, { files: FILES, developer: !app.isPackaged, logger, camera });
    compose(start, logger, (on) => camera.set(on));
  } catch (error) {
    await switchLanguage('system', app.getPreferredSystemLanguages());
    await showFailure(error);
    app.exit(1);
  }
}

function compose(
  { profile, options, openings }: ApplicationStart,
  logger: Logger,
  camera: (on: boolean) => Promise<boolean>,
): void {
  const developer = !app.isPackaged;
  const settings = openWindowSettings(profile);
  const shutdown = new Shutdown(systemClock, logger);
  const quit = (code = 0): void => {
    void shutdown.run().then((end) => app.exit(end === 'orderly' ? code : 1));
  };
  let facts: QuitFacts | undefined;
  const question = new QuitQuestion({ facts: () => facts, ask: askToQuit, logger });
  const leave = (): void => {
    if (shutdown.isRunning) quit();
    else void question.mayQuit().then((may) => (may ? quit() : undefined));
  };
  endWith(quit, leave);
  watchUnexpected(process, logger, () => quit(FAULT));

  app.on('web-contents-created', (_event, contents) => guardContents(contents, logger));
  const menu = applicationMenu(process.platform);
  Menu.setApplicationMenu(menu === null ? null : Menu.buildFromTemplate(menu));
  registerScheme(options.registerLinks);
  nativeTheme.themeSource = settings.get().theme;
  settings.onChange(({ theme }) => {
    nativeTheme.themeSource = theme;
  });

  const autostart = createAutostart(options.profile === undefined ? undefined : profile, ROOT);
  void autostart.repair();
  const openLink = createLinkOpener(systemClock).open;
  // The window first. Loading the agent keeps this process busy, which also hands the window its files; so it begins when the window has drawn, and
  // runs beside the page's script. A window that is minimised never draws, but its page asks for the agent.
  let begin = (): void => undefined;
  const turn = new Promise<void>((resolve) => {
    begin = resolve;
  });
  const files = createWindowFiles();
  const shell = createShell({
    settings,
    clock: systemClock,
    logger,
    developer,
    root: ROOT,
    locked: isScreenLocked,
    attach: (transport) => {
      begin();
      services.then(
        ({ agent }) => agent.attach(transport),
        () => transport.close(),
      );
    },
    leave,
    quit: () => quit(),
    openLink,
    keepFiles: files.keep,
    showTransfer: (id, agent) => files.show(id, agent.client),
  });
  void shell.whenDrawn.then(begin);
  shell.open(options.hidden || settings.get().startHidden || startedAtLogin());
  openings.setReceiver(shell.takeOpening);
  app.on('activate', shell.activate);
  const services: Promise<DesktopServices> = turn.then(async () => {
    const [{ startServices }] = await Promise.all([import('./services/index.ts'), loadErrors()]);
    return startServices({
      profile,
      logger,
      settings,
      shell: {
        locked: isScreenLocked,
        goTo: shell.goTo,
        tray: shell.hasTray,
        languages: () => app.getPreferredSystemLanguages(),
        openLink,
        openDesktop: createViewers(systemClock).open,
        saveText: createTextSaver().save,
        chooseFolder: createFolderChooser().choose,
        camera,
        // After the answer, which a window that is gone wouldn't get.
        quit: () => void systemClock.setTimer(0, leave),
        terminals: shell.listTerminals,
      },
      files,
      autostart,
      end: {
        finish: async () => {
          await shutdown.run();
          // The next version starts while this process is still ending.
          app.releaseSingleInstanceLock();
        },
        startAgain: () => {
          app.relaunch();
          app.exit(1);
        },
      },
    });
  });
  const notifyAgent = (notify: (agent: AgentHost) => void) => (): void => {
    services.then(
      ({ agent }) => notify(agent),
      () => undefined,
    );
  };
  const unwatchPower = watchPower(systemClock, {
    suspended: notifyAgent((agent) => agent.suspended()),
    woke: notifyAgent((agent) => agent.woke()),
    locked: shell.screenLocked,
    networkChanged: notifyAgent((agent) => agent.networkChanged()),
  });
  shutdown.add('sleep and network', unwatchPower);
  shutdown.add('what is seen', shell.hide);
  shutdown.add('agent', async () => (await services).agent.close());
  shutdown.add('relay', async () => (await services).relay.close());
  shutdown.add('window', shell.close);
  services.then(
    ({ agent, relay }) => {
      facts = { agent, relay };
      shell.follow(agent);
      // The tray alone can't solve this, and other machines wait for this device in vain.
      if (agent.problem !== undefined) {
        logger.error('the application could not start its agent', { errorCode: errorCode(agent.problem) });
        shell.goTo({ to: 'peers' });
      }
      void agent.stopRequested.then(() => quit());
    },
    (error: unknown) => {
      logger.error('the application could not start', { errorCode: errorCode(error) });
      void showFailure(error).finally(() => quit(1));
    },
  );
}

/** Tells whether macOS started the application at login; its login items have no arguments. */
function startedAtLogin(): boolean {
  return process.platform === 'darwin' && app.getLoginItemSettings().wasOpenedAtLogin;
}

/** Routes every quit through the one orderly shutdown. @param leave quits at a person's request, and may ask first */
function endWith(quit: () => void, leave: () => void): void {
  app.on('before-quit', (event) => {
    event.preventDefault();
    leave();
  });
  // Closing the window is the last part of the shutdown.
  app.on('window-all-closed', () => undefined);
  powerMonitor.on('shutdown', () => quit());
  // End of session, Ctrl-C or a service manager: without a listener the process would end immediately.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => quit());
}

async function showFailure(error: unknown): Promise<void> {
  await loadErrors();
  const { what, why, next } = explainError(error);
  dialog.showErrorBox(text('desktop.failure.title'), [what, why, next].join('\n\n'));
}
