/* The sign of a secret board. */
import lock from 'icon:lock';
import { t } from '../core/words';
import { Icon } from './Icon';

export function Secret({ size = 16 }: { size?: number }) {
	return <span class="secret" title={t('board.secret')}>
		<Icon of={lock} size={size} />
		<span class="hidden">{t('board.secret')}</span>
	</span>;
}
