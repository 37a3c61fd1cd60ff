export const APP_TEXTS = {
  'app.name': 'ClawReach',
  'app.pages': 'Pages',
  'app.page.peers': 'Peers',
  'app.page.terminals': 'Terminals',
  'app.page.approvals': 'Approvals',
  'app.page.settings': 'Settings',
} as const;
