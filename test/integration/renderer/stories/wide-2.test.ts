import { testWideStories } from '#test/support/renderer/story-tests.ts';

testWideStories(2);
