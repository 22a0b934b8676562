/* One's password, and where one is logged in. */
import { api } from '../core/api';
import { t } from '../core/words';
import { Field } from '../ui/Field';
import { Form, type FormValues } from '../ui/Form';
import { Sessions } from '../ui/Sessions';
import { SettingsFrame } from '../ui/SettingsFrame';
import { tell } from '../ui/Toast';

async function save(values: FormValues): Promise<void> {
	await api('POST', 'rest-auth/password/change', { body: {
		old_password: values['old_password'],
		new_password1: values['new_password'],
		new_password2: values['new_password'],
	} });
	tell(t('settings.password.done'));
}

export default function SecuritySettings() {
	return <SettingsFrame title={t('security')}>
		<Password />
		<Sessions />
	</SettingsFrame>;
}

function Password() {
	return <section class="box">
		<h2>{t('settings.password')}</h2>
		<Form button={t('settings.password.set')} send={save} names={{
			new_password1: 'new_password', new_password2: 'new_password',
		}}>
			{(errors) => <>
				<Field name="old_password" type="password" required
					label={t('field.password.old')}
					autocomplete="current-password"
					errors={errors['old_password']} />
				<Field name="new_password" type="password" required
					label={t('field.password.new')} autocomplete="new-password"
					errors={errors['new_password']}
					hint={t('field.password.hint')} />
			</>}
		</Form>
	</section>;
}
