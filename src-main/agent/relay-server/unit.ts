import { BASE, DATA, USER } from './scripts.ts';

/** Returns the systemd unit of a relay. V8 compiles at run time, so memory may become executable. Pure. */
export function unitText(port: number): string {
  const capability = port < 1024 ? 'CAP_NET_BIND_SERVICE' : '';
  return `# Written by ClawReach; \`clawreach relay-server update\` replaces this file.
[Unit]
Description=ClawReach relay
Wants=network-online.target
After=network-online.target

[Service]
Type=exec
User=${USER}
Group=${USER}
ExecStart=${BASE}/current/clawreach-relay --listen ${port} --data ${DATA} --tls own --admission token
# The relay prints its admission token when it starts; its log goes to standard error.
StandardOutput=null
StandardError=journal
Restart=on-failure
RestartSec=2
TimeoutStopSec=15
LimitNOFILE=65536
StateDirectory=${USER}
StateDirectoryMode=0700
UMask=0077
NoNewPrivileges=yes
CapabilityBoundingSet=${capability}
AmbientCapabilities=${capability}
ProtectSystem=strict
ProtectHome=yes
PrivateTmp=yes
PrivateDevices=yes
ProtectClock=yes
ProtectControlGroups=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
ProtectProc=invisible
RestrictAddressFamilies=AF_INET AF_INET6 AF_NETLINK AF_UNIX
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
LockPersonality=yes
RemoveIPC=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service

[Install]
WantedBy=multi-user.target
`;
}
