import type { ShellFacts } from '#shared/app-api/index.ts';
import { text, type TextKey } from '../../locale/index.ts';
import { isBrowserMachine, isWithout, showSettingsPlace } from '../../store/index.ts';
import { matchSorter, rankings } from 'match-sorter';

/** Sections in the order of the list. Each lists the text keys of its settings, which the palette offers. */
const SETTINGS = {
  appearance: [
    'settings.appearance.theme',
    'settings.appearance.language',
    'settings.appearance.zoom',
    'settings.appearance.less-motion',
  ],
  terminals: [
    'settings.terminals.colors',
    'settings.terminals.font',
    'settings.terminals.font-size',
    'settings.terminals.line-height',
    'settings.terminals.cursor',
    'settings.terminals.cursor-blink',
    'settings.terminals.scrollback',
    'settings.terminals.right-click',
    'settings.terminals.copy-on-select',
    'settings.terminals.paste-guard',
    'settings.terminals.close-guard',
    'settings.terminals.screen-reader',
    'settings.terminals.webgl',
    'settings.terminals.clipboard',
  ],
  'saved-commands': ['saved.new'],
  keys: [],
  background: ['settings.background.notifications'],
  device: [
    'settings.device.name',
    'settings.device.inbox',
    'settings.background.autostart',
    'settings.background.tray',
    'settings.background.hidden',
    'settings.background.pause',
    'settings.background.quit',
    'settings.device.id',
  ],
  relay: ['settings.relay.hosted', 'settings.relay.servers', 'settings.relay.page'],
  network: [
    'settings.network.listen',
    'proxy.title',
    'proxy.authorities',
    'settings.ssh',
    'discovery.settings.enabled',
    'discovery.settings.name',
  ],
  security: [
    'settings.security.key',
    'settings.security.browsers',
    'settings.security.terminals',
    'settings.security.numbers',
  ],
  messages: ['settings.messages.row', 'settings.messages.total'],
  updates: ['updates.check', 'updates.auto', 'updates.channel'],
  command: [],
  diagnostics: ['settings.diagnostics.make'],
  about: ['settings.about.version', 'settings.about.documents', 'settings.about.problem', 'settings.licences.show'],
} as const satisfies Readonly<Record<string, readonly TextKey[]>>;

export type SettingsSection = keyof typeof SETTINGS;
type SettingKey = (typeof SETTINGS)[SettingsSection][number];

/** Sections and settings that a browser's window doesn't have. */
const APPLICATION_ONLY: ReadonlySet<TextKey | SettingsSection> = new Set([
  'updates',
  'command',
  'settings.relay.hosted',
  'settings.appearance.zoom',
  'settings.background.notifications',
  'settings.background.autostart',
  'settings.background.tray',
  'settings.background.hidden',
  'settings.background.quit',
  'settings.licences.show',
]);

/**
 * Sections and settings that a browser that is itself a machine doesn't have: it serves nothing, so no one has rights at it, and its notifications are
 * a setting of the account's page.
 */
const SERVING_ONLY: ReadonlySet<TextKey | SettingsSection> = new Set([
  'background',
  'settings.device.inbox',
  'settings.security.browsers',
  'settings.security.terminals',
]);

/** Section of the settings, or one setting in it, as the palette lists it. */
export type SettingsEntry = Readonly<{
  section: SettingsSection;
  /** Text key of the setting; undefined for the section itself. */
  name: string | undefined;
  /** Name in the current language. */
  label: string;
}>;

/** Lists the sections that this window has, in the order of the page. @param facts undefined before they are loaded */
export function sectionsOf(facts: ShellFacts | undefined): readonly SettingsSection[] {
  return (Object.keys(SETTINGS) as readonly SettingsSection[]).filter((section) => isHere(section, facts));
}

/** Lists all settings for the palette in the current language: first the sections, then their settings. */
export function settingsEntries(facts: ShellFacts | undefined): readonly SettingsEntry[] {
  const sections = sectionsOf(facts);
  return [
    ...sections.map((section) => ({ section, name: undefined, label: sectionLabel(section, facts) })),
    ...sections.flatMap((section) =>
      SETTINGS[section].filter((name) => isHere(name, facts)).map((name) => ({ section, name, label: text(name) })),
    ),
  ];
}

/** Entries of the list of sections, in groups. An entry shows one section, or several that belong together, of which the first may name it. */
const LIST: readonly (readonly SettingsListEntry[])[] = [
  [one('appearance'), one('terminals'), one('saved-commands'), one('keys'), one('background')],
  [one('device'), { name: 'connection', sections: ['relay', 'network'] }, one('security'), one('messages')],
  [{ name: 'about', sections: ['about', 'updates', 'command', 'diagnostics'] }],
];

/** Entry of the list of sections. `name`: part of the text key of its label. */
export type SettingsListEntry = Readonly<{
  name: SettingsSection | 'connection';
  sections: readonly SettingsSection[];
}>;

function one(name: SettingsSection): SettingsListEntry {
  return { name, sections: [name] };
}

/** Lists the entries that this window has, in groups, each with the sections that it has. @param facts undefined before they are loaded */
export function settingsList(facts: ShellFacts | undefined): readonly (readonly SettingsListEntry[])[] {
  return LIST.map((group) =>
    group
      .map(({ name, sections }) => ({ name, sections: sections.filter((section) => isHere(section, facts)) }))
      .filter(({ sections }) => sections.length > 0),
  );
}

/** Returns the name of an entry of the list, in the current language. */
export function sectionLabel(name: SettingsListEntry['name'], facts: ShellFacts | undefined): string {
  return text(name === 'device' && isBrowserMachine(facts) ? 'settings.device.browser' : `settings.${name}`);
}

/** Returns the name of the page that shows a section, in the current language. @param facts undefined before they are loaded */
export function pageOf(section: SettingsSection, facts?: ShellFacts): string {
  return sectionLabel(LIST.flat().find(({ sections }) => sections.includes(section))?.name ?? section, facts);
}

/** Returns the name of a setting in the current language. @param setting its text key */
export function labelOf(setting: string): string | undefined {
  const key = Object.values<readonly SettingKey[]>(SETTINGS)
    .flat()
    .find((name) => name === setting);
  return key === undefined ? undefined : text(key);
}

/** Text keys of other words for a setting, by which the search finds it too. */
const WORDS = {
  'settings.appearance.theme': 'settings.words.theme',
  'settings.appearance.zoom': 'settings.words.zoom',
  'settings.background.autostart': 'settings.words.autostart',
  'settings.background.pause': 'settings.words.pause',
  'settings.network.listen': 'settings.words.listen',
  'settings.security.key': 'settings.words.key',
  'settings.terminals.paste-guard': 'settings.words.paste-guard',
  'settings.terminals.clipboard': 'settings.words.clipboard',
} as const;

/** Finds settings by their names, their sections' names, and other words for them; best first. */
export function findSettings(facts: ShellFacts | undefined, query: string): readonly SettingsEntry[] {
  return matchSorter([...settingsEntries(facts)], query.trim(), {
    keys: [
      ({ label }) => label.replaceAll('\u00AD', ''),
      { key: ({ name, section }) => meaningOf(name ?? `settings.${section}`), maxRanking: rankings.CONTAINS },
    ],
    threshold: rankings.CONTAINS,
  });
}

function meaningOf(name: string): string {
  return isDescribed(name) ? text(WORDS[name]) : '';
}

function isDescribed(name: string): name is keyof typeof WORDS {
  return Object.hasOwn(WORDS, name);
}

/** Shows a section of the settings, and marks one setting in it. Called by the buttons of banners and errors, by the palette, and by the page itself. */
export function showSettings(section: SettingsSection, setting?: string): void {
  showSettingsPlace(section, setting);
}

function isHere(what: TextKey | SettingsSection, facts: ShellFacts | undefined): boolean {
  if (facts?.kind === 'desktop') return true;
  if (isBrowserMachine(facts) && SERVING_ONLY.has(what)) return false;
  return !(APPLICATION_ONLY.has(what) || isWithout(facts, what));
}
