/* Is there a network?  What the browser knows of it. */
import { signal } from '@preact/signals';

export const online = signal(navigator.onLine);

addEventListener('online', () => { online.value = true; });
addEventListener('offline', () => { online.value = false; });
