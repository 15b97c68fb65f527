export { imagingJourney } from './imaging-journey';
