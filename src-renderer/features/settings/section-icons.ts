import {
  Activity,
  Bell,
  Cable,
  Download,
  Globe,
  Info,
  Keyboard,
  KeyRound,
  MessageSquare,
  Monitor,
  Palette,
  SquareChevronRight,
  SquareTerminal,
  Terminal,
} from 'lucide-react';
import type { SettingsListEntry } from './sections.ts';

/** Icon of each entry of the list of sections. The palette uses them too. */
export const SECTION_ICONS: Readonly<Record<SettingsListEntry['name'], typeof Globe>> = {
  appearance: Palette,
  terminals: SquareTerminal,
  'saved-commands': SquareChevronRight,
  keys: Keyboard,
  background: Bell,
  device: Monitor,
  connection: Globe,
  relay: Globe,
  network: Cable,
  security: KeyRound,
  messages: MessageSquare,
  updates: Download,
  command: Terminal,
  diagnostics: Activity,
  about: Info,
};
