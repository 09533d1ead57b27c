"""PyTorch: the model as one writes it, double precision, the gradient by automatic
differentiation, one thread."""
from peer import modules, serve

torch, = modules("torch")
torch.set_num_threads(1)


def prepare(x, y, k, scale):
    d = x.shape[1]
    x, y = torch.from_numpy(x), torch.from_numpy(y)
    linear = torch.nn.functional.linear

    def value(theta):
        rows = torch.from_numpy(theta.reshape(2 * k, d + 1)).requires_grad_()
        gate = torch.sigmoid(linear(x, rows[:k, :d], rows[:k, d]))
        expert = torch.relu(linear(x, rows[k:, :d], rows[k:, d]))
        residual = (gate * expert).sum(1) - y
        q = 0.5 * scale * torch.dot(residual, residual)
        q.backward()
        return q.item(), rows.grad.numpy().ravel()

    return value


serve(torch.__version__, prepare)
