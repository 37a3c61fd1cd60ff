import { beforeEach, describe, expect, it } from 'vitest';
import {
  CommonRelay,
  isCommonRelayRequest,
  relayProof,
  requestCommonRelay,
} from '../../../../src-main/agent/common-relay/index.ts';
import type { PeerRecord } from '#agent/peers/index.ts';
import { nativeBackend as crypto } from '#node/crypto/index.ts';
import type { PeerId } from '#shared/identity/index.ts';
import { silentLogger } from '#shared/logger.ts';
import { FakeClock, settle } from '#test/support/fake-clock.ts';
import { FakeLink } from '#test/support/fake-link.ts';

const LAPTOP = 'A'.repeat(56) as PeerId;
const OFFICE = 'B'.repeat(56) as PeerId;
const KEY = crypto.randomBytes(32);
const OTHER_KEY = crypto.randomBytes(32);
const PROJECT = '0'.repeat(32);

type Record = Pick<PeerRecord, 'pairing' | 'departure'>;
const COMPARED: Record = { pairing: { words: ['a', 'b', 'c', 'd'], compared: true, pending: {} }, departure: null };
const UNCOMPARED: Record = { pairing: { words: ['a', 'b', 'c', 'd'], compared: false, pending: {} }, departure: null };
const LEFT: Record = { ...COMPARED, departure: { at: 1, reportedAt: 1, readmitted: false } };
const READMITTED: Record = { ...COMPARED, departure: { at: 1, reportedAt: 1, readmitted: true } };

let clock: FakeClock;

beforeEach(() => {
  clock = new FakeClock();
});

/** One device with what it knows of the other. */
class Side {
  record: Record | undefined = COMPARED;
  key: Uint8Array | undefined = KEY;
  project: string | undefined = PROJECT;
  /** Key of a relay that doesn't admit this device. */
  refusedBy: Uint8Array | undefined;
  /** Number of times that this device has connected again after an enrolment. */
  admitted = 0;
  isListed = false;
  /** Number of questions that this device was sent. */
  questions = 0;
  readonly enrolled: PeerId[] = [];
  readonly projects: string[] = [];
  readonly common: CommonRelay;
  readonly #other: PeerId;
  other: Side | undefined;
  link: FakeLink | undefined;

  constructor(ownId: PeerId, other: PeerId) {
    this.#other = other;
    const keyOnline = (): Uint8Array | undefined => this.key;
    const keyRefused = (): Uint8Array | undefined => this.refusedBy;
    const ownProject = (): Readonly<{ project: string }> | undefined =>
      this.project === undefined ? undefined : { project: this.project };
    this.common = new CommonRelay({
      crypto,
      ownId,
      clock,
      logger: silentLogger,
      peers: { get: () => this.record },
      relay: {
        get keyOnline() {
          return keyOnline();
        },
        get keyRefused() {
          return keyRefused();
        },
        seekAdmission: async (asking) => void (await asking),
        admitted: () => {
          this.admitted += 1;
        },
        get ownProject() {
          return ownProject();
        },
        mainProject: PROJECT,
        isOnline: () => this.isListed,
        memberships: {
          enrol: async (peerId, project) => {
            this.enrolled.push(peerId);
            this.projects.push(project);
            this.isListed = true;
            if (this.other !== undefined) this.other.isListed = true;
          },
        },
      },
      current: () => this.link?.session,
    });
  }

  /** Makes a link to the other device. */
  linkTo(other: Side): void {
    this.other = other;
    this.link = new FakeLink((stream) => {
      other.questions += 1;
      other.common.serve(stream, this.#other === OFFICE ? LAPTOP : OFFICE);
    });
  }

  ask(): void {
    this.common.ask(this.#other);
  }
}

function linked(): Readonly<{ laptop: Side; office: Side }> {
  const laptop = new Side(LAPTOP, OFFICE);
  const office = new Side(OFFICE, LAPTOP);
  laptop.linkTo(office);
  office.linkTo(laptop);
  return { laptop, office };
}

async function pass(seconds: number): Promise<void> {
  for (let second = 0; second < seconds; second += 1) {
    await settle();
    await clock.advance(1000);
  }
  await settle();
}

describe('two devices at one relay', () => {
  it('become members of one project, by the one that asks, once', async () => {
    const { laptop, office } = linked();
    laptop.ask();
    laptop.ask();
    await pass(10);
    expect([laptop.enrolled, office.enrolled]).toEqual([[OFFICE], []]);
    expect(laptop.projects).toEqual([PROJECT]);
    expect(office.questions).toBe(1);
  });

  it('of which one owns no project are enrolled by the other', async () => {
    const { laptop, office } = linked();
    laptop.project = undefined;
    laptop.ask();
    await pass(10);
    expect([laptop.enrolled, office.enrolled]).toEqual([[], [LAPTOP]]);
  });

  it('of which the relay refuses one make it a member, and it connects again [S-PAIR-21]', async () => {
    const { laptop, office } = linked();
    office.key = undefined;
    office.refusedBy = KEY;
    office.common.refused([LAPTOP], async () => undefined);
    await pass(2);
    expect([laptop.enrolled, office.enrolled]).toEqual([[OFFICE], []]);
    expect(office.admitted).toBe(1);
  });

  it('admit none that another relay refuses, whose words are not compared, or that owns no project [S-PAIR-21]', async () => {
    for (const hinder of [
      (laptop: Side) => (laptop.key = OTHER_KEY),
      (laptop: Side) => (laptop.record = UNCOMPARED),
      (laptop: Side) => (laptop.record = LEFT),
      (laptop: Side) => (laptop.project = undefined),
    ]) {
      const { laptop, office } = linked();
      office.key = undefined;
      office.refusedBy = KEY;
      hinder(laptop);
      office.common.refused([LAPTOP], async () => undefined);
      await pass(10);
      expect(laptop.enrolled).toEqual([]);
      expect(office.admitted).toBe(0);
    }
  });

  it('admit one into a project of others only while a person offers it the relay [S-PAIR-21]', async () => {
    const { laptop, office } = linked();
    laptop.project = undefined;
    office.key = undefined;
    office.refusedBy = KEY;
    const answered = Promise.withResolvers<boolean>();
    const offering = laptop.common.whileOffered(OFFICE, () => answered.promise);
    office.common.refused([LAPTOP], async () => undefined);
    await pass(2);
    expect([laptop.enrolled, laptop.projects, office.admitted]).toEqual([[OFFICE], [PROJECT], 1]);
    answered.resolve(true);
    expect(await offering).toBe(true);
    office.isListed = false;
    office.common.refused([LAPTOP], async () => undefined);
    await pass(3);
    expect([laptop.enrolled, office.admitted]).toEqual([[OFFICE], 1]);
  });

  it('ask three times at most for admission at a relay that goes on refusing', async () => {
    const { laptop, office } = linked();
    office.key = undefined;
    office.refusedBy = KEY;
    for (let time = 0; time < 6; time += 1) {
      office.isListed = false;
      office.common.refused([LAPTOP], async () => undefined);
      await pass(3);
    }
    expect(office.questions).toBe(0);
    expect(laptop.questions).toBe(3);
  });

  it('of which neither owns a project ask each other a few times and no more', async () => {
    const { laptop, office } = linked();
    laptop.project = undefined;
    office.project = undefined;
    laptop.ask();
    await pass(60);
    expect([laptop.enrolled, office.enrolled]).toEqual([[], []]);
    expect(laptop.questions + office.questions).toBeLessThanOrEqual(3);
  });

  it('that the relay lists to each other ask nothing', async () => {
    const { laptop, office } = linked();
    laptop.isListed = true;
    laptop.ask();
    await pass(3);
    expect(office.questions).toBe(0);
  });
});

describe('a device', () => {
  it('enrols no peer whose words are not compared, or that the relay has reported as removed [S-PAIR-21]', async () => {
    for (const record of [undefined, UNCOMPARED, LEFT, READMITTED]) {
      const { laptop, office } = linked();
      laptop.record = record;
      laptop.ask();
      office.ask();
      await pass(20);
      expect([laptop.enrolled, office.enrolled]).toEqual([[], []]);
      expect(office.questions).toBe(0);
    }
  });

  it('enrols no peer that was removed or suspended while it answered [S-PAIR-21]', async () => {
    for (const record of [undefined, LEFT]) {
      const { laptop, office } = linked();
      laptop.link = new FakeLink((stream) => {
        laptop.record = record;
        office.common.serve(stream, LAPTOP);
      });
      laptop.ask();
      await pass(20);
      expect(laptop.enrolled).toEqual([]);
    }
  });

  it('enrols no peer at another relay, whatever the peer answers [S-PAIR-21]', async () => {
    const own = relayProof(crypto, KEY, LAPTOP, OFFICE);
    for (const relay of [own, relayProof(crypto, OTHER_KEY, OFFICE, LAPTOP), 'yes', true, '', null, { own }]) {
      const { laptop } = linked();
      laptop.link = new FakeLink((stream) => void stream.accept({ relay }));
      laptop.ask();
      await pass(20);
      expect(laptop.enrolled).toEqual([]);
    }
    const { laptop, office } = linked();
    office.key = OTHER_KEY;
    laptop.ask();
    await pass(20);
    expect([laptop.enrolled, office.enrolled]).toEqual([[], []]);
  });

  it('enrols no peer at a relay that it has changed to meanwhile [S-PAIR-21]', async () => {
    const { laptop, office } = linked();
    laptop.link = new FakeLink((stream) => {
      office.common.serve(stream, LAPTOP);
      laptop.key = OTHER_KEY;
    });
    laptop.ask();
    await pass(20);
    expect(laptop.enrolled).toEqual([]);
  });

  it('tells a peer nothing of a relay whose key the peer does not know [S-PAIR-21]', async () => {
    const { laptop } = linked();
    const asked: unknown[] = [];
    laptop.link = new FakeLink((stream) => {
      asked.push(stream.params);
      stream.accept({});
    });
    laptop.ask();
    await pass(3);
    expect(asked).toEqual([{ service: 'common-relay', relay: relayProof(crypto, KEY, LAPTOP, OFFICE) }]);
    // An answer to a guess at another relay, to nonsense and to a peer that isn't trusted says nothing.
    for (const relay of [relayProof(crypto, OTHER_KEY, OFFICE, LAPTOP), relayProof(crypto, KEY, LAPTOP, OFFICE), 7]) {
      const stream = new FakeLink((one) => laptop.common.serve(one, OFFICE)).session.open('rpc', { relay });
      expect(await stream.opened).toEqual({});
      await clock.advance(2000);
    }
    laptop.record = UNCOMPARED;
    const proof = relayProof(crypto, KEY, OFFICE, LAPTOP);
    const refused = new FakeLink((one) => laptop.common.serve(one, OFFICE)).session.open('rpc', { relay: proof });
    await expect(refused.opened).rejects.toMatchObject({ details: { code: 'rights.denied' } });
  });

  it('answers a peer that floods it once a second, and asks it no oftener [S-PAIR-21]', async () => {
    const { laptop } = linked();
    laptop.project = undefined;
    const proof = relayProof(crypto, KEY, OFFICE, LAPTOP);
    const flood = new FakeLink((stream) => laptop.common.serve(stream, OFFICE));
    const outcomes: string[] = [];
    for (let question = 0; question < 200; question += 1) {
      const stream = flood.session.open('rpc', { service: 'common-relay', relay: proof });
      outcomes.push(
        await stream.opened.then(
          () => 'answered',
          (error: { details: { code: string } }) => error.details.code,
        ),
      );
      await clock.advance(100);
    }
    expect(outcomes.filter((outcome) => outcome === 'answered')).toHaveLength(19);
    expect(new Set(outcomes)).toEqual(new Set(['answered', 'relay.rate']));
    let asked = 0;
    laptop.link = new FakeLink((stream) => {
      asked += 1;
      stream.accept({});
    });
    for (let event = 0; event < 200; event += 1) {
      laptop.ask();
      await clock.advance(50);
      await settle();
    }
    expect(asked).toBeLessThanOrEqual(6);
  });

  it('takes an older version, which refuses the question, and a lost link as a no', async () => {
    expect([null, 'common-relay', {}, { service: 'about' }].some(isCommonRelayRequest)).toBe(false);
    expect(isCommonRelayRequest({ service: 'common-relay' })).toBe(true);
    const older = new FakeLink((stream) => stream.refuse('remote.unavailable', 'this device has no gateways'));
    expect(await requestCommonRelay(older.session, 'x'.repeat(43))).toBeUndefined();
    const lost = new FakeLink((stream) => stream.refuse('link.closed', ''));
    lost.lose();
    expect(await requestCommonRelay(lost.session, 'x'.repeat(43))).toBeUndefined();
  });
});
