/** Parameters of `connect`, after the schema's check. */
export interface ConnectParams {
  readonly minProtocol: number;
  readonly maxProtocol: number;
  readonly client: Readonly<{
    id: string;
    displayName?: string;
    version: string;
    platform: string;
    deviceFamily?: string;
    mode: string;
    instanceId?: string;
  }>;
  readonly role?: string;
  readonly scopes?: readonly string[];
  readonly caps?: readonly string[];
  readonly commands?: readonly string[];
  readonly permissions?: Readonly<Record<string, boolean>>;
  readonly auth?: Readonly<{ token?: string; password?: string; deviceToken?: string; bootstrapToken?: string }>;
  readonly device?: Readonly<{ id: string; publicKey: string; signature: string; signedAt: number; nonce: string }>;
  readonly userAgent?: string;
}

export interface DeviceToken {
  readonly token: string;
  readonly role: string;
  readonly scopes: readonly string[];
  readonly createdAtMs: number;
}

/** What a device says of itself, the same pending and paired. */
export interface DeviceFacts {
  readonly deviceId: string;
  readonly publicKey: string;
  readonly displayName?: string;
  readonly platform: string;
  readonly deviceFamily?: string;
  readonly clientId: string;
  readonly clientMode: string;
  readonly role: string;
  readonly roles: readonly string[];
  readonly scopes: readonly string[];
}

export interface PendingDevice extends DeviceFacts {
  readonly requestId: string;
  readonly silent: boolean;
  readonly isRepair: boolean;
  readonly ts: number;
}

export interface PairedDevice extends DeviceFacts {
  readonly approvedVia: string;
  readonly createdAtMs: number;
  readonly approvedAtMs: number;
  readonly operatorLabel?: string;
  readonly lastSeenAtMs?: number;
  readonly lastSeenReason?: string;
}

export interface Surface {
  readonly caps: readonly string[];
  readonly commands: readonly string[];
  readonly permissions?: Readonly<Record<string, boolean>>;
}

export interface PendingSurface extends Surface {
  readonly requestId: string;
  readonly nodeId: string;
  readonly clientId: string;
  readonly clientMode: string;
  readonly displayName?: string;
  readonly platform: string;
  readonly version: string;
  readonly deviceFamily?: string;
  readonly requiredApproveScopes: readonly string[];
  readonly silent?: boolean;
  readonly ts: number;
}
