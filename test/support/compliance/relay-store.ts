import { describe } from 'vitest';
import { testDepartures } from './relay-store/departures.ts';
import { testHistory } from './relay-store/history.ts';
import { testMemberships } from './relay-store/memberships.ts';
import type { StoreStageFactory } from './relay-store/stage.ts';
import { testTables } from './relay-store/tables.ts';
import { testTasks } from './relay-store/tasks.ts';

export type { StoreStage, StoreStageFactory } from './relay-store/stage.ts';

/** What every `Store` of the relay does, whatever engine is behind it; call inside a `describe`. */
export function testRelayStore(create: StoreStageFactory): void {
  describe('tasks', () => {
    testTasks(create);
  });
  describe('memberships', () => {
    testMemberships(create);
  });
  describe('departures', () => {
    testDepartures(create);
  });
  describe('tables', () => {
    testTables(create);
  });
  describe('history', () => {
    testHistory(create);
  });
}
