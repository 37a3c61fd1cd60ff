import { join } from 'node:path';

/**
 * Returns the paths of an agent's files in its profile directory. The agent's start and the application's choice of a secret store use them. Pure.
 * @param profile directory of the profile
 */
export function profilePaths(profile: string) {
  return {
    secret: join(profile, 'secret'),
    /** Secret sealed by the system's key store; only the application can open it. */
    sealedSecret: join(profile, 'secret.sealed'),
    settings: join(profile, 'settings.json'),
    peers: join(profile, 'peers.json'),
    approvals: join(profile, 'approvals.json'),
    forwards: join(profile, 'forwards.json'),
    gateways: join(profile, 'gateways.json'),
    remotes: join(profile, 'remotes.json'),
    plainRelays: join(profile, 'plain-relays.json'),
    instances: join(profile, 'instances.json'),
    nodePolicy: join(profile, 'node-policy.json'),
    requests: join(profile, 'requests.json'),
    sshHostKeys: join(profile, 'ssh-host-keys.json'),
    savedCommands: join(profile, 'saved-commands.json'),
    sshConfig: join(profile, 'ssh-config.json'),
    /** File that the person's SSH configuration includes. */
    sshHosts: join(profile, 'ssh_config'),
    relayServers: join(profile, 'relay-servers.json'),
    audit: join(profile, 'audit.jsonl'),
    history: join(profile, 'history.jsonl'),
    agents: join(profile, 'agents.json'),
    /** Folder with the token of each agent and the secret of each webhook, for the programs behind them. */
    agentFiles: join(profile, 'agents'),
    inbox: join(profile, 'inbox.journal'),
    outbox: join(profile, 'outbox.journal'),
    traffic: join(profile, 'traffic.json'),
    recordings: join(profile, 'recordings'),
    transfers: join(profile, 'transfers.json'),
    /** Folder with the lists of transfers from this machine. */
    transferLists: join(profile, 'transfers'),
    /** Folder into which files of peers go, unless another one is set. */
    fileInbox: join(profile, 'inbox'),
  };
}

/**
 * Returns the path of the file with the token for a plain relay that the window has paired with. Pure.
 * @param host with its port, if it isn't the usual one
 */
export function plainRelayFile(profile: string, host: string): string {
  return join(profile, `plain-relay-${host.replaceAll(/[^\w.-]/g, '_')}.json`);
}
