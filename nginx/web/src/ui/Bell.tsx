/* The way to one's notices, with the number of the unread. */
import bell from 'icon:bell';
import { unread } from '../core/notices';
import { place } from '../core/router';
import { t } from '../core/words';
import { Icon } from './Icon';

export function Bell() {
	const n = unread.value;
	const label = n > 0 ? t('notices.unread', { n }) : t('notices');
	return <a class="rail-link bell" href="/notifications" aria-label={label}
		title={label} aria-current={place.value?.path === '/notifications'
			? 'page' : undefined}>
		<Icon of={bell} />
		{n > 0 && <span class="bell-count" aria-hidden="true">
			{n > 9 ? '9+' : n}</span>}
	</a>;
}
