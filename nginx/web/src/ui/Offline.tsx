/* Said as long as there is no network. */
import cloudOff from 'icon:cloud-off';
import { online } from '../core/online';
import { t } from '../core/words';
import { Icon } from './Icon';

export function Offline() {
	return <div role="status" class="offline-host">
		{!online.value && <p class="offline"><Icon of={cloudOff} size={20} />
			{t('offline')}</p>}
	</div>;
}
