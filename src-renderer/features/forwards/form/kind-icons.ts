import {
  AppWindow,
  ArrowLeftFromLine,
  ArrowRightToLine,
  Database,
  EthernetPort,
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
import type { Goal } from './goals.ts';
import type { FormKind } from './kinds.ts';

/** Icon of each goal. */
export const GOAL_ICONS: Readonly<Record<Goal, typeof Globe>> = {
  port: EthernetPort,
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
