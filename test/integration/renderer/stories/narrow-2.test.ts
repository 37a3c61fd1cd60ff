import { testNarrowStories } from '#test/support/renderer/story-tests.ts';

testNarrowStories(2);
