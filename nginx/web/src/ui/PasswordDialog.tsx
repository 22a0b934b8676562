/* Asks for one's password before something that only its owner may do. */
import { t } from '../core/words';
import { Dialog } from './Dialog';
import { Field } from './Field';
import { Form, type FormValues } from './Form';

interface Props {
	id: string;
	title: string;
	/* What is about to happen. */
	text: string;
	button: string;
	send: (password: string) => Promise<void>;
	onClose: () => void;
}

export function PasswordDialog({ id, title, text, button, send, onClose }:
	Props) {
	const prove = (values: FormValues) => send(values['password'] ?? '');
	return <Dialog title={title} onClose={onClose}>
		<p class="dialog-text">{text}</p>
		<Form button={button} send={prove}>
			{(errors) => <Field name="password" id={id} required
				type="password"
				label={t('leave.password')} autocomplete="current-password"
				errors={errors['password']} />}
		</Form>
	</Dialog>;
}
