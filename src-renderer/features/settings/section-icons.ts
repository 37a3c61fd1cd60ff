import {
  Activity,
  Bell,
  Cable,
  Download,
  Globe,
  Info,
  Keyboard,
  KeyRound,
  Monitor,
  Palette,
  SquareTerminal,
  Terminal,
} from 'lucide-react';
import type { SettingsListEntry } from './sections.ts';

/** Icon of each entry of the list of sections. The palette uses them too. */
export const SECTION_ICONS: Readonly<Record<SettingsListEntry['name'], typeof Globe>> = {
  appearance: Palette,
  terminals: SquareTerminal,
  keys: Keyboard,
  background: Bell,
  device: Monitor,
  connection: Globe,
  relay: Globe,
  network: Cable,
  security: KeyRound,
  updates: Download,
  command: Terminal,
  diagnostics: Activity,
  about: Info,
};
