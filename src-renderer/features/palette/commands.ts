import type { AppApiClient } from '#shared/app-api/index.ts';
import { LANGUAGE_NAMES, LANGUAGES } from '#shared/locales/index.ts';
import { matchSorter, rankings } from 'match-sorter';
import { compareNames, explain, text } from '../../locale/index.ts';
import {
  applyForward,
  navigate,
  notify,
  openPairing,
  openPalette,
  OPENCLAW_TABS,
  PAGES,
  requestTerminal,
  showOpenClaw,
  useApp,
  type AppState,
} from '../../store/index.ts';
import { settingsEntries, showSettings } from '../settings/index.ts';

/**
 * Command of the palette: opens a page or terminal, acts on the terminal in front, switches a forward, pauses or resumes this device, or changes a
 * setting.
 */
export type PaletteCommand = Readonly<{
  /** Unique among all commands. */
  id: string;
  /** Text that the palette shows and searches. */
  label: string;
  /** Secondary text after the label, such as a shortcut or "offline". */
  note?: string | undefined;
  run(): void;
}>;

/** Group of commands under one heading. */
export type PaletteGroup = Readonly<{
  /** Heading of the group. */
  value: string;
  items: readonly PaletteCommand[];
  /** True if labels are whole phrases. They have to contain the query: fuzzy matching would find nearly anything in them. */
  phrases?: true;
}>;

type Facts = Pick<AppState, 'peers' | 'forwards' | 'status' | 'settings' | 'place' | 'pageCommands' | 'facts'>;

const HOUR = 3_600_000;
/** Number of commands that each group lists before the person types. */
const INITIAL_COUNT = 8;

/**
 * Lists all commands by group, in the current language. Commands act through the store and the calls `forwards.enable`, `agent.pause`, `agent.resume`
 * and `shell.settings.set`.
 */
export function paletteGroups(facts: Facts, api: AppApiClient): readonly PaletteGroup[] {
  return [
    { value: text('palette.group.machines'), items: machines(facts) },
    {
      value: text('palette.group.terminal'),
      items: facts.place.page === 'terminals' ? (facts.pageCommands?.() ?? []) : [],
    },
    { value: text('palette.group.pages'), items: pages() },
    { value: text('app.page.openclaw'), items: openClawTabs() },
    { value: text('palette.group.forwards'), items: forwards(facts, api) },
    { value: text('palette.group.actions'), items: actions(facts, api) },
    { value: text('app.page.settings'), items: settings(facts, api), phrases: true },
  ];
}

/**
 * Returns the commands that match the query, best first within each group; groups without a match are left out. Letters of a label may be left out in
 * the query, except in phrases. Pure.
 */
export function findCommands(groups: readonly PaletteGroup[], query: string): readonly PaletteGroup[] {
  const wanted = query.trim();
  return groups
    .map(({ value, items, phrases }) => ({
      value,
      items:
        wanted === ''
          ? items.slice(0, INITIAL_COUNT)
          : matchSorter([...items], wanted, { keys: [typed], threshold: rankings[phrases ? 'CONTAINS' : 'MATCHES'] }),
    }))
    .filter(({ items }) => items.length > 0);
}

/** Returns the label without soft hyphens, which people don't type. */
function typed({ label }: PaletteCommand): string {
  return label.replaceAll('\u00AD', '');
}

function machines({ peers }: Facts): readonly PaletteCommand[] {
  return [...peers]
    .sort((a, b) => Number(b.online) - Number(a.online) || compareNames(a.name, b.name))
    .map(({ peerId, name, online }) => ({
      id: `terminal ${peerId}`,
      label: text('palette.terminal', { name }),
      note: online ? undefined : text('palette.offline'),
      run: () => requestTerminal(peerId),
    }));
}

function pages(): readonly PaletteCommand[] {
  return PAGES.map((page) => ({ id: `page ${page}`, label: text(`app.page.${page}`), run: () => navigate({ page }) }));
}

function openClawTabs(): readonly PaletteCommand[] {
  return OPENCLAW_TABS.map((tab) => ({
    id: `openclaw ${tab}`,
    label: text(`openclaw.tab.${tab}`),
    run: () => showOpenClaw(tab),
  }));
}

function forwards({ forwards: rules }: Facts, api: AppApiClient): readonly PaletteCommand[] {
  return rules.map(({ id, rule }) => ({
    id: `forward ${id}`,
    label: text(rule.enabled ? 'palette.forward.off' : 'palette.forward.on', { name: rule.name }),
    run: () => attempt(async () => applyForward(await api.call('forwards.enable', { id, enabled: !rule.enabled }))),
  }));
}

function actions({ status, settings: chosen }: Facts, api: AppApiClient): readonly PaletteCommand[] {
  const pause: PaletteCommand =
    status?.paused === undefined
      ? {
          id: 'pause',
          label: text('palette.pause'),
          run: () => attempt(() => api.call('agent.pause', { until: Date.now() + HOUR })),
        }
      : { id: 'resume', label: text('palette.resume'), run: () => attempt(() => api.call('agent.resume', {})) };
  const themes = (['light', 'dark', 'system'] as const)
    .filter((theme) => theme !== chosen.theme)
    .map((theme) => ({
      id: `theme ${theme}`,
      label: text(`palette.theme.${theme}`),
      run: () => change(api, { theme }),
    }));
  return [
    { id: 'pair', label: text('palette.pair'), run: () => openPairing('choose') },
    ...(status === undefined ? [] : [pause]),
    ...themes,
    { id: 'keys', label: text('palette.keys'), run: () => openPalette('keys') },
  ];
}

/**
 * Lists commands for the settings, and for the other languages. Each language has its own name, which people recognise even when they can't read the
 * current language.
 */
function settings({ settings: chosen, facts }: Facts, api: AppApiClient): readonly PaletteCommand[] {
  const entries = settingsEntries(facts).map(({ section, name, label }) => ({
    id: `settings ${name ?? section}`,
    label,
    note: name === undefined ? undefined : text(`settings.${section}`),
    run: () => showSettings(section),
  }));
  const languages = LANGUAGES.filter((language) => language !== chosen.language).map((language) => ({
    id: `language ${language}`,
    label: LANGUAGE_NAMES[language],
    note: text('settings.appearance.language'),
    run: () => change(api, { language }),
  }));
  return [...entries, ...languages];
}

function change(api: AppApiClient, part: Partial<AppState['settings']>): void {
  attempt(async () =>
    useApp.setState({ settings: await api.call('shell.settings.set', { ...useApp.getState().settings, ...part }) }),
  );
}

/** Runs a command and shows a failure as a toast, because the palette is closed by then. */
function attempt(work: () => Promise<unknown>): void {
  work().catch((error: unknown) => {
    const { what, next } = explain(error);
    notify({ tone: 'bad', text: text('palette.failed', { what, next }) });
  });
}
