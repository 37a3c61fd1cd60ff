import { expect, it } from 'vitest';
import { knownMachine, readNames } from '#renderer/dashboard/machine/find-machine.ts';

const device = (id: string, label: string | null) => ({ encryption: 'end-to-end', id, label });
const ANSWERS: Readonly<Record<string, unknown>> = {
  'projects.list': {
    projects: [
      { id: 'home', role: 'owner', owner: { id: 'bea', name: 'Bea' } },
      { id: 'lab', role: 'member', owner: { id: 'ada', name: 'Ada' } },
    ],
  },
  'devices.list home': { devices: [device('LAPTOP', null)] },
  'devices.list lab': { devices: [device('OFFICE', 'office')] },
};

it('a machine whose row was read has its name and owner at once, and others have none', () => {
  const read = (route: string, params?: Readonly<Record<string, string>>): unknown =>
    ANSWERS[params === undefined ? route : `${route} ${params['project']}`];
  const resources = {
    status: ({ route, params }: { route: string; params?: Readonly<Record<string, string>> }) => ({
      value: read(route, params),
    }),
  };
  const known = (id: string) => knownMachine(resources as unknown as Parameters<typeof knownMachine>[0], id);
  expect(known('OFFICE')).toEqual({ peerId: 'OFFICE', name: 'office', owner: 'Ada' });
  expect(known('LAPTOP')).toEqual({ peerId: 'LAPTOP', name: 'LAPTO-P…' });
  expect(known('OTHER')).toBeUndefined();
});

it('names of machines come with those of the other people who own them', async () => {
  const client = {
    call: async (route: string, request?: { params: { project: string } }) =>
      ANSWERS[request === undefined ? route : `${route} ${request.params.project}`],
  };
  expect(await readNames(client as unknown as Parameters<typeof readNames>[0])).toEqual({
    labels: { OFFICE: 'office' },
    owners: { OFFICE: 'Ada' },
  });
});
