"""Paid work and training on the job (带薪在岗+实训): a host shop, an agreement, trainees, months that are confirmed."""
