import { join } from 'node:path';
import { app, ipcMain, MessageChannelMain, nativeTheme } from 'electron';
import type { AppTransport, EventPayload, OpenTerminalView, ShareLinkView } from '#shared/app-api/index.ts';
import type { Clock } from '#shared/clock.ts';
import { errorCode } from '#shared/errors.ts';
import type { Logger } from '#shared/logger.ts';
import { CONNECT_CHANNEL, FILES_CHANNEL } from './channels.ts';
import { switchLanguage, text } from './locale/index.ts';
import { AgentView, Navigator } from './lifecycle/index.ts';
import { destinationOf } from './links/index.ts';
import {
  ApprovalNotices,
  ComparisonNotice,
  NewsNotices,
  SystemNotifier,
  TransferNotices,
  type WaitingGuest,
} from './notifications/index.ts';
import type { OpenRequest } from './opening/index.ts';
import type { AgentHost, WindowSettingsStore } from './ports.ts';
import { createSystemTray, createTrayHost } from './tray/index.ts';
import { Connector, createMainWindow } from './window/index.ts';

export type ShellOptions = Readonly<{
  settings: WindowSettingsStore;
  clock: Clock;
  logger: Logger;
  developer: boolean;
  /** Absolute path of the directory with `dist` and `assets`. */
  root: string;
  /** Returns whether the screen is locked, if the system tells. */
  locked: () => boolean;
  /** Called when a page has connected, with its transport. */
  attach: (transport: AppTransport) => void;
  /** Called when the person wants to quit; may ask first. */
  leave: () => void;
  quit: () => void;
  /** Keeps the paths of files that were dropped on the page or pasted; returns their token. */
  keepFiles: (paths: unknown) => string | undefined;
  /** Shows the files of a transfer in the file manager; false if they aren't there. */
  showTransfer: (id: string, agent: AgentHost) => Promise<boolean>;
  /** Opens an `http:` or `https:` link outside. */
  openLink: (url: string) => Promise<void>;
}>;

/** Visible part of the application: window, tray icon and notifications, as one object. */
export type Shell = Readonly<{
  hasTray: () => boolean;
  /** Opens the window. @param hidden stay in the tray */
  open: (hidden: boolean) => void;
  /** Resolves once the window could be shown, or should have been long ago. */
  whenDrawn: Promise<void>;
  /** Handles a second start of the application, or a link. */
  takeOpening: (opening: OpenRequest) => void;
  /** Opens a page of the window. */
  goTo: (destination: EventPayload<'shell.navigate'>) => void;
  /** Handles a click on the macOS dock, which is also reported at start. */
  activate: () => void;
  /** Shows the state of this agent from now on. */
  follow: (agent: AgentHost) => void;
  /** Removes private text from notifications. */
  screenLocked: () => void;
  /** Hides window, tray icon and notifications. */
  hide: () => void;
  /** Lists the terminals that the window has open in the tray's menu. */
  listTerminals: (terminals: readonly OpenTerminalView[]) => void;
  close: () => void;
}>;

/**
 * Creates window, tray icon and notifications, and connects them with the agent that `follow` sets. Called once by `main.ts`. Listens for messages of
 * the window's page and for changes of theme and language. Clicks in the tray's menu make the agent enable forwards, pause or resume.
 */
export function createShell(options: ShellOptions): Shell {
  const { settings, clock, logger, developer, root, locked, attach, leave, quit, openLink, keepFiles, showTransfer } =
    options;
  let agent: AgentHost | undefined;
  const navigator = new Navigator((destination) => agent?.emit('shell.navigate', destination));
  const trayHost = createTrayHost(clock, (there) => (there ? tray.show() : tray.hide()));
  const show = (): void => main.show();
  const main = createMainWindow({
    settings,
    clock,
    logger,
    developer,
    root,
    findTray: () => trayHost.check(),
    leave,
    quit,
    minimised: () => agent?.emit('shell.minimised', {}),
    reopened: () =>
      new SystemNotifier().show({ title: text('desktop.crash.title'), body: text('desktop.crash.body') }, show),
  });
  const tray = createSystemTray({
    clock,
    icons: join(root, 'assets', 'tray'),
    toggle: () => main.toggle(),
    actions: {
      show,
      go: (destination) => navigator.go(destination),
      forward: (id, enabled) => void switchForward(id, enabled),
      pause: (milliseconds) =>
        void setPause(milliseconds === null ? null : Math.floor(clock.now() + milliseconds), true),
      resume: () => void setPause(null, false),
      browse: (url) => {
        openLink(url).catch((error: unknown) => {
          logger.warn('an address was not opened', { errorCode: errorCode(error) });
          show();
          navigator.go({ to: 'forwards' });
        });
      },
      // Quit after the click event: an icon that disappears while it is clicked leaves the desktop waiting for an
      // answer.
      quit: () => void clock.setTimer(0, leave),
    },
  });
  const switchForward = async (id: string, enabled: boolean): Promise<void> => {
    try {
      await agent?.client.call('forwards.enable', { id, enabled });
    } catch (error) {
      logger.warn('a forward was not switched', { forward: id, errorCode: errorCode(error) });
      // The window shows the problem and the next step.
      show();
      navigator.go({ to: 'forwards' });
    }
    tray.restore();
  };
  const setPause = async (until: number | null, paused: boolean): Promise<void> => {
    try {
      await (paused ? agent?.client.call('agent.pause', { until }) : agent?.client.call('agent.resume', {}));
    } catch (error) {
      logger.warn('the pause was not changed', { errorCode: errorCode(error) });
      show();
    }
    tray.restore();
  };
  const news = new NewsNotices({
    clock,
    notifier: new SystemNotifier(),
    enabled: () => settings.get().notifications === 'all',
    attended: () => main.isAttended,
    locked,
    open: (destination) => {
      show();
      navigator.go(destination);
    },
  });
  const common = {
    enabled: () => settings.get().notifications !== 'none',
    locked,
    attended: () => main.isAttended,
  };
  const notices = new ApprovalNotices({
    ...common,
    clock,
    notifier: new SystemNotifier(),
    open: () => {
      show();
      navigator.go({ to: 'approvals' });
    },
  });
  const comparison = new ComparisonNotice({
    ...common,
    notifier: new SystemNotifier(),
    open: () => {
      show();
      navigator.go({ to: 'adding' });
    },
  });
  const transfers = new TransferNotices({
    ...common,
    enabled: () => settings.get().notifications === 'all',
    clock,
    notifier: new SystemNotifier(),
    open: (transfer) => {
      const host = agent;
      const showPage = (): void => {
        show();
        navigator.go({ to: 'transfers' });
      };
      const hasFiles = transfer?.direction === 'in' && (transfer.state === 'done' || transfer.state === 'partly');
      if (transfer === undefined || !hasFiles || host === undefined) showPage();
      else
        showTransfer(transfer.id, host).then(
          (isShown) => (isShown ? undefined : showPage()),
          () => showPage(),
        );
    },
  });
  let terminals: readonly OpenTerminalView[] = [];
  const listTerminals = (listed: readonly OpenTerminalView[]): void => {
    terminals = listed;
    tray.update({ ...view.snapshot, terminals });
  };
  const view = new AgentView(logger, (snapshot) => {
    tray.update({ ...snapshot, terminals });
    notices.update(snapshot.pending, snapshot.requests, waitingGuests(snapshot.links), snapshot.additions);
    comparison.update(snapshot.comparing);
    news.update(snapshot);
    transfers.update(snapshot.transfers);
  });
  const listening = (value: boolean): void => {
    navigator.setListening(value);
    // Another page tells its own.
    if (!value) listTerminals([]);
  };
  const connector = new Connector({ createChannel: () => new MessageChannelMain(), attach, listening, logger });
  connector.follow(main.window.webContents);
  ipcMain.on(CONNECT_CHANNEL, connector.connect);
  ipcMain.handle(FILES_CHANNEL, (event, paths: unknown) => (connector.isOwnPage(event) ? keepFiles(paths) : undefined));
  const applyLanguage = async (): Promise<void> => {
    if (await switchLanguage(settings.get().language, app.getPreferredSystemLanguages())) tray.refresh();
  };
  void applyLanguage();
  settings.onChange(() => {
    main.rezoom();
    void applyLanguage();
  });
  nativeTheme.on('updated', () => {
    main.recolour();
    tray.refresh();
  });

  return {
    hasTray: () => trayHost.isThere,
    open: (hidden) => {
      main.open(hidden);
      void trayHost.check();
    },
    whenDrawn: main.whenDrawn,
    takeOpening: ({ link }) => {
      show();
      const destination = link === undefined ? undefined : destinationOf(link);
      if (destination !== undefined) navigator.go(destination);
    },
    goTo: (destination) => {
      show();
      navigator.go(destination);
    },
    activate: () => {
      if (main.isDrawn) show();
    },
    follow: (host) => {
      agent = host;
      if (host.problem === undefined) void view.follow(host.client);
      host.onClient((client) => void view.follow(client));
    },
    screenLocked: () => notices.screenLocked(),
    hide: () => {
      trayHost.close();
      tray.hide();
      notices.close();
      comparison.close();
      news.close();
      transfers.close();
      main.hide();
    },
    listTerminals,
    close: () => main.destroy(),
  };
}

function waitingGuests(links: readonly ShareLinkView[]): readonly WaitingGuest[] {
  return links.flatMap(({ id: link, role, guests }) =>
    guests.filter(({ state }) => state === 'waiting').map(({ id }) => ({ id, link, role })),
  );
}
