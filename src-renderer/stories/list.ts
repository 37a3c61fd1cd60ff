import { DASHBOARD_STORIES } from '../dashboard/dashboard.stories.tsx';
import { FIRST_RUN_STORIES } from '../features/first-run/first-run.stories.tsx';
import { DISCOVERY_STORIES } from '../features/discovery/discovery.stories.tsx';
import { ADDING_STORIES } from '../features/pairing/by-id/adding.stories.tsx';
import { PAIRING_STORIES } from '../features/pairing/pairing.stories.tsx';
import { INBOX_STORIES } from '../features/inbox/inbox.stories.tsx';
import { REQUESTS_STORIES } from '../features/inbox/requests.stories.tsx';
import { PATHS_STORIES } from '../features/peers/path/paths.stories.tsx';
import { PALETTE_STORIES } from '../features/palette/palette.stories.tsx';
import { PEERS_STORIES } from '../features/peers/peers.stories.tsx';
import { PLAIN_RELAYS_STORIES } from '../features/plain-relays/plain-relays.stories.tsx';
import { RELAY_SERVERS_STORIES } from '../features/relay-servers/relay-servers.stories.tsx';
import { ACCESS_STORIES } from '../features/peers/rights/access.stories.tsx';
import { APP_STORIES } from '../app/app.stories.tsx';
import { WINDOW_TERMINALS_STORIES } from '../app/terminals.stories.tsx';
import { FOLDERS_STORIES } from '../features/folders/folders.stories.tsx';
import { FORWARDS_STORIES } from '../features/forwards/forwards.stories.tsx';
import { HISTORY_STORIES } from '../features/history/history.stories.tsx';
import { GATEWAYS_STORIES } from '../features/openclaw/gateways.stories.tsx';
import { PROMPTS_STORIES } from '../features/openclaw/prompts.stories.tsx';
import { TRANSFERS_STORIES } from '../features/transfers/transfers.stories.tsx';
import { MESSAGES_STORIES } from '../features/messages/messages.stories.tsx';
import { SAVED_COMMANDS_STORIES } from '../features/saved-commands/saved-commands.stories.tsx';
import { SETTINGS_STORIES } from '../features/settings/settings.stories.tsx';
import { SETTINGS_UPDATES_STORIES } from '../features/settings/updates/updates.stories.tsx';
import { GATEWAY_TERMINALS_STORIES } from '../features/terminals/gateway-terminals.stories.tsx';
import { AUTH_STORIES } from '../dashboard/auth/auth.stories.tsx';
import { PLAIN_TERMINAL_STORIES } from '../dashboard/plain-terminal/plain-terminal.stories.tsx';
import { GUEST_STORIES } from '../dashboard/guest/guest.stories.tsx';
import { WITHOUT_ACCOUNTS_STORIES } from '../dashboard/without-accounts/without-accounts.stories.tsx';
import { UNSUPPORTED_STORIES } from '../dashboard/unsupported/unsupported.stories.tsx';
import { SHARING_STORIES } from '../features/terminals/sharing/sharing.stories.tsx';
import { TERMINAL_DIALOGS_STORIES } from '../features/terminals/terminal-dialogs.stories.tsx';
import { TERMINALS_STORIES } from '../features/terminals/terminals.stories.tsx';
import type { Story } from './story.ts';
import { UI_STORIES } from './ui.stories.tsx';

/** All stories of the window, imported from every `*.stories.tsx`. */
export const STORIES: readonly Story[] = [
  ...APP_STORIES,
  ...PALETTE_STORIES,
  ...WINDOW_TERMINALS_STORIES,
  ...UI_STORIES,
  ...FIRST_RUN_STORIES,
  ...PAIRING_STORIES,
  ...RELAY_SERVERS_STORIES,
  ...ADDING_STORIES,
  ...DISCOVERY_STORIES,
  ...PEERS_STORIES,
  ...PATHS_STORIES,
  ...PLAIN_RELAYS_STORIES,
  ...ACCESS_STORIES,
  ...FOLDERS_STORIES,
  ...FORWARDS_STORIES,
  ...INBOX_STORIES,
  ...REQUESTS_STORIES,
  ...MESSAGES_STORIES,
  ...TRANSFERS_STORIES,
  ...GATEWAYS_STORIES,
  ...PROMPTS_STORIES,
  ...HISTORY_STORIES,
  ...SAVED_COMMANDS_STORIES,
  ...SETTINGS_STORIES,
  ...SETTINGS_UPDATES_STORIES,
  ...SHARING_STORIES,
  ...GUEST_STORIES,
  ...UNSUPPORTED_STORIES,
  ...TERMINALS_STORIES,
  ...TERMINAL_DIALOGS_STORIES,
  ...GATEWAY_TERMINALS_STORIES,
  ...DASHBOARD_STORIES,
  ...WITHOUT_ACCOUNTS_STORIES,
  ...AUTH_STORIES,
  ...PLAIN_TERMINAL_STORIES,
];
