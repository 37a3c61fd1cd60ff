import {
  AppWindow,
  ArrowLeftFromLine,
  ArrowRightToLine,
  Database,
  FolderOpen,
  Globe,
  MonitorPlay,
  Network,
  Radio,
  Route,
  Share2,
  ShieldCheck,
  SquareTerminal,
} from 'lucide-react';
import type { ForwardRule } from '#shared/app-api/index.ts';
import { goalOf, type Goal } from './goals.ts';
import { formKindOf, type FormKind } from './kinds.ts';

/** Icon of each goal. */
export const GOAL_ICONS: Readonly<Record<Goal, typeof Globe>> = {
  'web-app': AppWindow,
  database: Database,
  desktop: MonitorPlay,
  browse: Globe,
  folder: Share2,
};

/** Icon of each kind that is set up by hand. */
export const KIND_ICONS: Readonly<Record<FormKind, typeof Globe>> = {
  socks5: Globe,
  'http-proxy': Network,
  'port-here': ArrowLeftFromLine,
  'port-there': ArrowRightToLine,
  udp: Radio,
  'wg-proxy': ShieldCheck,
  'ssh-tunnel': SquareTerminal,
  auto: Route,
  folder: FolderOpen,
};

/** Returns the icon of a saved forward: that of its goal, or of its kind. Pure. */
export function iconOf(rule: ForwardRule): typeof Globe {
  const goal = goalOf(rule);
  return goal === undefined ? KIND_ICONS[formKindOf(rule)] : GOAL_ICONS[goal];
}
