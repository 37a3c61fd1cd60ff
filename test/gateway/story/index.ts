export { doubleScene } from './double-scene.ts';
export { StoryDevice } from './stage.ts';
export { realScene } from './real-scene.ts';
export { tellStory } from './story.ts';
export { tellWindowStory } from './window-story.ts';
