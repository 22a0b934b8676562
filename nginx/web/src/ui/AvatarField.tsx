/* One's picture: chosen, a square of it picked, and saved; or taken away. */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { api, asApiError } from '../core/api';
import { setMe } from '../core/session';
import type { User } from '../core/types';
import { t } from '../core/words';
import { Avatar } from './Avatar';
import { Button } from './Button';
import { CropBox, type Square } from './CropBox';
import { tell } from './Toast';

const maxBytes = 20 * 1024 * 1024;

interface Chosen {
	file: File;
	shown: string;
	/* The browser cannot show it; perhaps the server can. */
	hidden?: boolean;
}

export function AvatarField({ user }: { user: User }) {
	const chosen = useSignal<Chosen | null>(null);
	const crop = useSignal<Square | null>(null);
	const error = useSignal('');
	const busy = useSignal(false);
	const show = (file: File | null) => {
		if (chosen.value)
			URL.revokeObjectURL(chosen.value.shown);
		error.value = file && file.size > maxBytes ? t('upload.size') : '';
		crop.value = null;
		chosen.value = file && !error.value
			? { file, shown: URL.createObjectURL(file) } : null;
	};
	useEffect(() => () => show(null), []);
	const send = async (body: FormData) => {
		busy.value = true;
		try {
			const { avatar } =
				await api<User>('PATCH', 'rest-auth/user', { body });
			setMe({ avatar });
			show(null);
			tell(t('settings.saved'));
		} catch (e) {
			error.value = asApiError(e).message;
		}
		busy.value = false;
	};
	const { value: now } = chosen;
	return <div class="avatar-field">
		{now && !now.hidden
			? <CropBox src={now.shown} crop={crop} onBroken={() => {
				crop.value = null;
				chosen.value = { ...now, hidden: true };
			}} />
			: <Avatar name={user.username} size={96} picture={user.avatar} />}
		<div>
			<div class="buttons">
				<label class="button plain">{t('avatar.choose')}
					<input class="hidden" type="file" name="avatar"
						accept="image/jpeg,image/png,image/gif,image/webp,image/avif,image/heic"
						onChange={(e) => {
							show(e.currentTarget.files?.[0] ?? null);
							e.currentTarget.value = '';
						}} />
				</label>
				{now ? <>
					<Button kind="primary" busy={busy.value} onClick={() => {
						void send(picked(now.file, crop.value));
					}}>{t('avatar.save')}</Button>
					<Button kind="quiet" onClick={() => show(null)}>
						{t('cancel')}</Button>
				</> : user.avatar && <Button kind="quiet" busy={busy.value}
					onClick={() => { void send(removed()); }}>
					{t('avatar.remove')}</Button>}
			</div>
			{error.value && <p class="field-error" role="alert">
				{error.value}</p>}
		</div>
	</div>;
}

function picked(file: File, square: Square | null): FormData {
	const body = new FormData();
	body.set('avatar', file, file.name);
	if (square) {
		body.set('crop_x', String(square.x));
		body.set('crop_y', String(square.y));
		body.set('crop_size', String(square.size));
	}
	return body;
}

function removed(): FormData {
	const body = new FormData();
	body.set('remove_avatar', 'true');
	return body;
}
