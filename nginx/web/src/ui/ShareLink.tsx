/* Shows an address of this site to somebody else, as the system does that, or
 * by copying it. */
import share from 'icon:share-2';
import { t } from '../core/words';
import { IconButton } from './Button';
import { tell, tellError } from './Toast';

async function shareAddress(title: string, path: string): Promise<void> {
	const data = { title, url: location.origin + path };
	if (navigator.canShare?.(data)) {
		await navigator.share(data).catch(() => undefined);
		return;
	}
	await navigator.clipboard.writeText(data.url);
	tell(t('copied'));
}

export function ShareLink({ title, path }: { title: string; path: string }) {
	return <IconButton icon={share} label={t('share')} class="share"
		onClick={() => { shareAddress(title, path).catch(tellError); }} />;
}
