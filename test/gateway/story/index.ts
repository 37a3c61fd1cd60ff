export { StoryDevice, whereIs, type Scene } from './stage.ts';
export { tellStory } from './story.ts';
