import * as z from 'zod';
import { done, name, peerId, secret, shownCode, text, ticketId, time, uuid } from './fields.ts';
import { PLATFORM_LIMITS } from './limits.ts';
import { defineRoutes } from './route.ts';

const label = text(PLATFORM_LIMITS.name);

const sealedDeviceView = z.object({
  /** Everything between this device and others is sealed end to end. */
  encryption: z.literal('end-to-end'),
  id: peerId,
  /** Label in this project, which the owner gave it; null without one. The device's own name is known to its peers only. */
  label: label.nullable(),
  role: z.enum(['owner', 'member', 'pending']),
  /** Account that enrolled it. Null for a device enrolled by another device. */
  account: uuid.nullable(),
  /** True for a browser, which has no terminals. */
  browser: z.boolean(),
  online: z.boolean(),
  /** Null before its first connection. */
  lastSeen: time.nullable(),
  addedAt: time,
});

const plainDeviceView = z.object({
  /** The relay can read and command this device. */
  encryption: z.literal('relay-can-read'),
  id: uuid,
  label,
  /** A connector has used the pairing code. */
  paired: z.boolean(),
  /** Time until which the current pairing code works; null without one. The code itself is never shown again. */
  codeExpiresAt: time.nullable(),
  /** Program that is connected; null while it is offline. */
  kind: z.enum(['connector', 'openclaw']).nullable(),
  online: z.boolean(),
  lastSeen: time.nullable(),
  addedAt: time,
});
const deviceView = z.discriminatedUnion('encryption', [sealedDeviceView, plainDeviceView]);
/** Device of a project. */
export type DeviceView = z.infer<typeof deviceView>;
export type SealedDeviceView = z.infer<typeof sealedDeviceView>;
export type PlainDeviceView = z.infer<typeof plainDeviceView>;

/** Pairing code of a plain device, for `--pair CODE --api URL/functions/v1`. */
const pairingCode = { code: shownCode, expiresAt: time };

/** Routes of the devices in a project, sealed and plain. */
export const DEVICE_ROUTES = defineRoutes({
  'devices.list': {
    summary: 'Lists the devices of a project, sealed and plain.',
    method: 'GET',
    path: '/api/v1/projects/:project/devices',
    output: z.object({
      devices: z.array(deviceView).max(PLATFORM_LIMITS.sealedDevices + PLATFORM_LIMITS.plainDevices),
    }),
    who: 'project:view',
  },
  'devices.create': {
    summary: 'Creates a plain device, whose terminals the relay can read, and its pairing code.',
    method: 'POST',
    path: '/api/v1/projects/:project/devices',
    input: z.strictObject({ encryption: z.literal('relay-can-read'), label: name }),
    output: z.object({ device: plainDeviceView, ...pairingCode }),
    errors: ['project.plain-off', 'platform.limit'],
    who: 'project:add-device',
    status: 201,
  },
  'devices.get': {
    summary: 'Returns a device.',
    method: 'GET',
    path: '/api/v1/projects/:project/devices/:device',
    output: deviceView,
    who: 'project:view',
  },
  'devices.change': {
    summary: 'Sets the label of a device; null removes that of a sealed one.',
    method: 'PATCH',
    path: '/api/v1/projects/:project/devices/:device',
    input: z.strictObject({ label: name.nullable() }),
    output: deviceView,
    who: 'project:change-device',
  },
  'devices.delete': {
    summary: 'Removes a device and ends its connections. A sealed one is barred from the project.',
    method: 'DELETE',
    path: '/api/v1/projects/:project/devices/:device',
    output: done,
    who: 'project:remove-device',
  },
  'devices.createCode': {
    summary: 'Creates a new pairing code of a plain device, and ends its token and connection.',
    method: 'POST',
    path: '/api/v1/projects/:project/devices/:device/code',
    output: z.object(pairingCode),
    errors: ['project.sealed-device', 'project.plain-off'],
    who: 'project:make-pairing-code',
    status: 201,
  },
  'devices.enrol': {
    summary: 'Creates a ticket that admits one device key to the project. It opens nothing at other devices.',
    method: 'POST',
    path: '/api/v1/projects/:project/devices/enrol',
    input: z
      .strictObject({
        /** Label of the device that the ticket admits, such as the browser's name. */
        label: name.optional(),
        /** Device that the new one stands in for: an earlier key of the same browser, which this account admitted. It is removed. */
        replaces: peerId.optional(),
      })
      .optional(),
    output: z.object({
      /** ID of the ticket, 16 bytes, which a hello carries (`enrolTicket.id`). */
      ticket: ticketId,
      /** Secret that the hello proves. */
      secret,
      /** Devices that it admits: an owner's ticket any, a member's one browser. */
      admits: z.enum(['any-device', 'browser']),
      expiresAt: time,
    }),
    errors: ['platform.limit'],
    who: 'project:enrol',
    steppedUp: true,
    status: 201,
  },
});
