import { toBase64Url, toHex } from '#shared/bytes/index.ts';
import type { PeerId } from '#shared/identity/index.ts';
import { fromUuid, PlatformError, toUuid } from '#shared/platform/index.ts';
import type { PlainDevices, PlatformContext } from '../context.ts';
import { isPlainDeviceId, notFound, requireAction } from '../project-access.ts';
import type { RouteHandlers } from '../serve-routes.ts';
import type { PlatformTask } from '../tasks.ts';
import { findDeviceView, findPlainView, listDeviceViews } from './device-views.ts';
import { createEnrolTicket } from './enrol-tickets.ts';
import { removeMembers } from './remove-members.ts';

type DeviceRouteName =
  | 'devices.list'
  | 'devices.create'
  | 'devices.get'
  | 'devices.change'
  | 'devices.delete'
  | 'devices.createCode'
  | 'devices.enrol';

/** Returns the handlers of devices, sealed and plain. They read and write the database. */
export function deviceRoutes(context: PlatformContext): RouteHandlers<DeviceRouteName> {
  const { store, tasks, clock, crypto } = context;
  return {
    async 'devices.list'({ caller, project }) {
      const scope = { account: caller.account, project: project.id };
      return {
        devices: await store.read((database) => listDeviceViews(database, scope, context, clock.now())),
      };
    },

    async 'devices.create'({ caller, project, input, address }) {
      const plain = requirePlain(context);
      const id = toHex(crypto.randomBytes(16));
      const { account } = caller;
      return tasks.run(async (task) => {
        const { database, now } = task;
        await requireAction(database, account, project.id, 'add-device');
        await plain.add(database, { id, project: project.id, name: input.label, account }, now);
        const code = await plain.createCode(database, { device: id, project: project.id }, now);
        const event = { event: 'device.plain-added', account, project: project.id };
        await task.record({ ...event, subject: toUuid(id), address });
        task.changed(project.id, 'devices', [toUuid(id)]);
        const scope = { account, project: project.id };
        return { device: await findPlainView(database, scope, toUuid(id), context, now), ...code };
      });
    },

    'devices.get': ({ caller, project, params }) =>
      store.read((database) =>
        findDeviceView(database, { account: caller.account, project: project.id }, params.device, context, clock.now()),
      ),

    async 'devices.change'({ caller, project, params, input }) {
      const scope = { account: caller.account, project: project.id };
      return tasks.run(async (task) => {
        await requireAction(task.database, caller.account, project.id, 'change-device');
        await findDeviceView(task.database, scope, params.device, context, task.now);
        await setLabel(task, project.id, params.device, input.label);
        task.changed(project.id, 'devices', [params.device]);
        return findDeviceView(task.database, scope, params.device, context, task.now);
      });
    },

    async 'devices.delete'({ caller, project, params, address }) {
      const { device } = params;
      await tasks.run(async (task) => {
        await requireAction(task.database, caller.account, project.id, 'remove-device');
        await (isPlainDeviceId(device) ? deletePlain(task, project.id, device) : bar(task, project.id, device));
        const event = { event: 'device.removed', account: caller.account, project: project.id };
        await task.record({ ...event, subject: device, address });
      });
      return {};
    },

    async 'devices.createCode'({ caller, project, params, address }) {
      const { device } = params;
      const { account } = caller;
      const scope = { account, project: project.id };
      return tasks.run(async (task) => {
        const { database, now } = task;
        await requireAction(database, account, project.id, 'make-pairing-code');
        const view = await findDeviceView(database, scope, device, context, now);
        if (view.encryption === 'end-to-end') {
          throw new PlatformError('project.sealed-device', 'a sealed device is paired end to end');
        }
        const named = { device: fromUuid(device), project: project.id };
        const code = await requirePlain(context).createCode(database, named, now);
        await task.record({ event: 'device.code-created', account, project: project.id, subject: device, address });
        task.changed(project.id, 'devices', [device]);
        // The code before it, and the token that it gave.
        task.accessLost();
        return code;
      });
    },

    async 'devices.enrol'({ caller, project, input, address }) {
      const { account } = caller;
      return tasks.run(async (task) => {
        const { role } = await requireAction(task.database, account, project.id, 'enrol');
        if (input?.replaces !== undefined) await removeFormer(task, project.id, account, input.replaces);
        const label = input?.label ?? null;
        const ticket = await createEnrolTicket(task, context, { account, project: project.id, label });
        const event = { event: 'device.ticket-created', account, project: project.id };
        await task.record({ ...event, subject: toUuid(toHex(ticket.id)), address });
        return {
          ticket: toBase64Url(ticket.id),
          secret: toBase64Url(ticket.secret),
          admits: role === 'owner' ? 'any-device' : 'browser',
          expiresAt: ticket.expiresAt,
        } as const;
      });
    },
  };
}

/** Sets the label of a device that is in the project. */
async function setLabel(task: PlatformTask, project: string, device: string, label: string | null): Promise<void> {
  const { database } = task;
  if (isPlainDeviceId(device)) {
    if (label === null) throw new PlatformError('platform.input', 'body.label: a plain device has a label');
    await database
      .updateTable('plain_devices')
      .set({ name: label })
      .where('id', '=', fromUuid(device))
      .where('project', '=', project)
      .execute();
  } else if (label === null) {
    await database.deleteFrom('device_labels').where('project', '=', project).where('peer_id', '=', device).execute();
  } else {
    await database
      .insertInto('device_labels')
      .values({ project, peer_id: device, label })
      .onConflict((conflict) => conflict.columns(['project', 'peer_id']).doUpdateSet({ label }))
      .execute();
  }
}

async function deletePlain(task: PlatformTask, project: string, device: string): Promise<void> {
  const deleted = await task.database
    .deleteFrom('plain_devices')
    .where('id', '=', fromUuid(device))
    .where('project', '=', project)
    .returning('id')
    .executeTakeFirst();
  if (deleted === undefined) throw notFound();
  task.changed(project, 'devices', [device]);
  task.accessLost();
}

/** Removes an earlier key of a browser, if this account admitted it. */
async function removeFormer(task: PlatformTask, project: string, account: string, former: string): Promise<void> {
  const admitted = await task.members.admittedBy(project, account);
  await removeMembers(
    task,
    project,
    admitted.filter((member) => member === former),
  );
}

/** Removes a sealed device. The owner device stays: the project is its own. */
async function bar(task: PlatformTask, project: string, device: string): Promise<void> {
  const member = await task.database
    .selectFrom('members')
    .select('role')
    .where('project_id', '=', project)
    .where('peer_id', '=', device)
    .where('removed_at', 'is', null)
    .executeTakeFirst();
  if (member === undefined) throw notFound();
  if (member.role === 'owner') throw new PlatformError('project.owner', 'the project belongs to this device');
  await removeMembers(task, project, [device as PeerId]);
}

/** @throws {PlatformError} `project.plain-off` */
function requirePlain({ plain }: PlatformContext): PlainDevices {
  if (plain === undefined)
    throw new PlatformError(
      'project.plain-off',
      'this relay does not serve plain devices: its administrator has to start it with --plain-protocol on',
    );
  return plain;
}
