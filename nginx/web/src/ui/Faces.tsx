/* Who keeps a board beside its owner: their pictures, the first few. */
import type { Member } from '../core/types';
import { t } from '../core/words';
import { Avatar } from './Avatar';

export function Faces({ members, size = 28 }:
	{ members: Member[]; size?: number }) {
	if (members.length === 0)
		return null;
	const names = members.map((one) => one.username).join(', ');
	return <span class="faces" title={names}>
		{members.slice(0, 3).map((one) => <Avatar key={one.id}
			name={one.username} size={size} picture={one.avatar} />)}
		<span class="hidden">{t('board.with', { names })}</span>
	</span>;
}
