import accountLink from './errors/account-link.json' with { type: 'json' };
import control from './errors/control.json' with { type: 'json' };
import discovery from './errors/discovery.json' with { type: 'json' };
import files from './errors/files.json' with { type: 'json' };
import folders from './errors/folders.json' with { type: 'json' };
import forwards from './errors/forwards.json' with { type: 'json' };
import gateways from './errors/gateways.json' with { type: 'json' };
import general from './errors/general.json' with { type: 'json' };
import handshake from './errors/handshake.json' with { type: 'json' };
import hostedRelay from './errors/hosted-relay.json' with { type: 'json' };
import ini from './errors/ini.json' with { type: 'json' };
import keys from './errors/keys.json' with { type: 'json' };
import links from './errors/links.json' with { type: 'json' };
import messages from './errors/messages.json' with { type: 'json' };
import node from './errors/node.json' with { type: 'json' };
import operator from './errors/operator.json' with { type: 'json' };
import pairing from './errors/pairing.json' with { type: 'json' };
import passkeys from './errors/passkeys.json' with { type: 'json' };
import paths from './errors/paths.json' with { type: 'json' };
import peers from './errors/peers.json' with { type: 'json' };
import plainRelay from './errors/plain-relay.json' with { type: 'json' };
import platform from './errors/platform.json' with { type: 'json' };
import relay from './errors/relay.json' with { type: 'json' };
import relayServer from './errors/relay-server.json' with { type: 'json' };
import remote from './errors/remote.json' with { type: 'json' };
import service from './errors/service.json' with { type: 'json' };
import sessions from './errors/sessions.json' with { type: 'json' };
import shell from './errors/shell.json' with { type: 'json' };
import ssh from './errors/ssh.json' with { type: 'json' };
import store from './errors/store.json' with { type: 'json' };
import targets from './errors/targets.json' with { type: 'json' };
import terminals from './errors/terminals.json' with { type: 'json' };
import updates from './errors/updates.json' with { type: 'json' };
import wake from './errors/wake.json' with { type: 'json' };
import type { ErrorTexts } from '../catalogue.ts';

/** Error texts in German, one file per area; each code is in exactly one of them. */
export function germanErrors(): ErrorTexts {
  return {
    ...accountLink,
    ...control,
    ...discovery,
    ...files,
    ...folders,
    ...forwards,
    ...gateways,
    ...general,
    ...handshake,
    ...hostedRelay,
    ...ini,
    ...keys,
    ...links,
    ...messages,
    ...node,
    ...operator,
    ...pairing,
    ...passkeys,
    ...paths,
    ...peers,
    ...plainRelay,
    ...platform,
    ...relay,
    ...relayServer,
    ...remote,
    ...service,
    ...sessions,
    ...shell,
    ...ssh,
    ...store,
    ...targets,
    ...terminals,
    ...updates,
    ...wake,
  };
}
