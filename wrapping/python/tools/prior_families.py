# SPDX-License-Identifier: Apache-2.0
"""Network families: how a configuration of a foreign package reads in a model card, what its tensors are called, and
how the package itself computes the network. A family is one class and one row of FAMILIES.

Each has: architecture (of the card), predictions (the first is the default), options(config) -> "network" of the card,
rename(name, config) -> name of a tensor in the model file or None, restore(name, names) -> what a module of these names calls
it, build(config) -> module, call(module, x, label) -> what the network returns, and what the class Family says."""

import importlib
import json


class Unsupported(ValueError):
    """One line: what was given, what is required."""


def require(config, package, fixed, known):
    """Refuses what is not known, and values other than those in fixed."""
    for key, value in config.items():
        if key.startswith("_") or key in known:
            continue
        if key not in fixed:
            raise Unsupported(f"{package}: '{key}' in the configuration is not known")
        if value not in fixed[key]:
            allowed = " or ".join(json.dumps(v) for v in fixed[key])
            raise Unsupported(f"{package}: '{key}' is {json.dumps(value)}; {allowed} required")


def per_level(value, levels, package, key):
    values = list(value) if isinstance(value, (list, tuple)) else [value] * levels
    if len(values) != levels:
        raise Unsupported(f"{package}: '{key}' has {len(values)} entries; one of each of the {levels} levels required")
    return values


class Family:
    def rename(self, name, config):
        return name

    def restore(self, name, known):
        return name

    def prediction(self, config):
        return self.predictions[0]

    def schedule(self, config):
        """(kind, steps, first beta, last beta) that the configuration names, or None."""
        return None


class Diffusers(Family):
    architecture = "diffusers-unet2d"
    package = "diffusers"
    predictions = ("eps", "v", "x0")

    def options(self, config):
        fixed = {
            "_class_name": ("UNet2DModel",),
            "center_input_sample": (False,),
            "time_embedding_type": ("positional",),
            "mid_block_type": ("UNetMidBlock2D",),
            "act_fn": ("silu", "swish"),
            "class_embed_type": (None,),
            "num_class_embeds": (None,),
            "downsample_type": ("conv", "resnet"),
            "upsample_type": ("conv", "resnet"),
            "downsample_padding": (0, 1),
            "resnet_time_scale_shift": ("default", "scale_shift"),
        }
        known = ("sample_size", "in_channels", "out_channels", "time_embedding_dim", "freq_shift", "flip_sin_to_cos",
                 "down_block_types", "up_block_types", "block_out_channels", "layers_per_block", "mid_block_scale_factor",
                 "dropout", "attention_head_dim", "norm_num_groups", "attn_norm_num_groups", "norm_eps", "add_attention",
                 "num_train_timesteps")
        require(config, self.package, fixed, known)
        if config.get("_class_name", "UNet2DModel") != "UNet2DModel":
            raise Unsupported(f"diffusers: a configuration of {config['_class_name']}; UNet2DModel required")
        widths = list(config.get("block_out_channels", (224, 448, 672, 896)))
        levels = len(widths)
        groups = config.get("norm_num_groups", 32)
        shift = config.get("resnet_time_scale_shift", "default") == "scale_shift"
        default_down = ("DownBlock2D", "AttnDownBlock2D", "AttnDownBlock2D", "AttnDownBlock2D")
        default_up = ("AttnUpBlock2D", "AttnUpBlock2D", "AttnUpBlock2D", "UpBlock2D")

        def attention(key, default, plain, attending):
            names = per_level(config.get(key, default), levels, self.package, key)
            for name in names:
                if name not in (plain, attending):
                    raise Unsupported(f"diffusers: '{key}' holds {name}; {plain} or {attending} required")
            return [float(name == attending) for name in names]

        return {
            "channels": config.get("in_channels", 3),
            "outputs": config.get("out_channels", 3),
            "widths": [float(w) for w in widths],
            "down-attention": attention("down_block_types", default_down, "DownBlock2D", "AttnDownBlock2D"),
            "up-attention": attention("up_block_types", default_up, "UpBlock2D", "AttnUpBlock2D"),
            "blocks": config.get("layers_per_block", 2),
            "embedding": config.get("time_embedding_dim") or 4 * widths[0],
            "sine-first": not config.get("flip_sin_to_cos", True),
            "frequency-shift": float(config.get("freq_shift", 0)),
            "groups": groups,
            "epsilon": config.get("norm_eps", 1e-5),
            "head-channels": config.get("attention_head_dim", 8) or 0,
            "middle-attention": config.get("add_attention", True),
            # As UNetMidBlock2D has it: no norm where the embedding scales and shifts.
            "middle-groups": config.get("attn_norm_num_groups") or (0 if shift else groups),
            "middle-scale": float(config.get("mid_block_scale_factor", 1)),
            "scale-shift": shift,
            "residual-down": config.get("downsample_type", "conv") == "resnet",
            "residual-up": config.get("upsample_type", "conv") == "resnet",
            "pads-end": config.get("downsample_padding", 1) == 0,
        }

    def rename(self, name, config):
        # Attention as it was called before version 0.13 of the package.
        for old, new in (("query", "to_q"), ("key", "to_k"), ("value", "to_v"), ("proj_attn", "to_out.0")):
            for part in (".weight", ".bias"):
                if ".attentions." in name and name.endswith("." + old + part):
                    return name[: -len(old + part)] + new + part
        return name

    def build(self, config):
        module = importlib.import_module("diffusers").UNet2DModel
        return module(**{k: v for k, v in config.items() if not k.startswith("_")})

    def call(self, module, x, label):
        return module(x, label).sample


class GuidedDiffusion(Family):
    architecture = "guided-diffusion"
    package = "guided_diffusion (or deepinv, for the two configurations that its DiffUNet has)"
    predictions = ("eps", "x0")

    # num_channels and the like are the flags of its scripts, model_channels and the like the arguments of UNetModel.
    FIXED = {"class_cond": (False,), "num_classes": (None,), "dims": (2,), "rescale_timesteps": (False,)}
    KNOWN = ("image_size", "num_channels", "model_channels", "in_channels", "out_channels", "learn_sigma", "num_res_blocks",
             "channel_mult", "attention_resolutions", "num_heads", "num_heads_upsample", "num_head_channels",
             "use_scale_shift_norm", "resblock_updown", "use_new_attention_order", "conv_resample", "dropout", "use_fp16",
             "use_checkpoint", "diffusion_steps", "noise_schedule", "timestep_respacing", "use_kl", "predict_xstart",
             "rescale_learned_sigmas")
    # Of the scripts, where channel_mult is empty.
    MULTIPLES = {512: (0.5, 1, 1, 2, 2, 4, 4), 256: (1, 1, 2, 2, 4, 4), 128: (1, 1, 2, 3, 4), 64: (1, 2, 3, 4)}

    def arguments(self, config):
        """Those of UNetModel."""
        require(config, self.package.split()[0], self.FIXED, self.KNOWN)
        features = config.get("model_channels", config.get("num_channels"))
        if features is None or "attention_resolutions" not in config or "num_res_blocks" not in config:
            raise Unsupported("guided_diffusion: model_channels or num_channels, num_res_blocks and attention_resolutions "
                              "required in the configuration")
        multiples = config.get("channel_mult", "")
        if isinstance(multiples, str):
            multiples = tuple(float(m) for m in multiples.split(",")) if multiples else self.MULTIPLES.get(
                config.get("image_size"))
        if multiples is None:
            raise Unsupported(f"guided_diffusion: image_size {config.get('image_size')} without channel_mult; channel_mult "
                              "required")
        levels = config["attention_resolutions"]
        if isinstance(levels, str):  # pixels of an image of image_size
            levels = [config["image_size"] // int(pixels) for pixels in levels.split(",") if pixels]
        channels = config.get("in_channels", 3)
        return {
            "image_size": config.get("image_size"), "in_channels": channels, "model_channels": features,
            "out_channels": config.get("out_channels", channels * (2 if config.get("learn_sigma") else 1)),
            "num_res_blocks": config["num_res_blocks"], "attention_resolutions": tuple(levels),
            "channel_mult": tuple(multiples), "num_heads": config.get("num_heads", 1),
            "num_head_channels": config.get("num_head_channels", -1),
            "num_heads_upsample": config.get("num_heads_upsample", -1),
            "use_scale_shift_norm": config.get("use_scale_shift_norm", "model_channels" not in config),
            "resblock_updown": config.get("resblock_updown", False), "conv_resample": config.get("conv_resample", True),
            "use_new_attention_order": config.get("use_new_attention_order", False),
        }

    def options(self, config):
        given = self.arguments(config)
        up = given["num_heads_upsample"]
        return {
            "channels": given["in_channels"],
            "outputs": given["out_channels"],
            "features": given["model_channels"],
            "widths": [float(int(m * given["model_channels"])) for m in given["channel_mult"]],
            "attention": [float(2**i in given["attention_resolutions"]) for i in range(len(given["channel_mult"]))],
            "blocks": given["num_res_blocks"],
            "heads": given["num_heads"],
            "heads-up": given["num_heads"] if up == -1 else up,
            "head-channels": max(given["num_head_channels"], 0),
            "scale-shift": given["use_scale_shift_norm"],
            "residual-resampling": given["resblock_updown"],
            "convolutional-resampling": given["conv_resample"],
            "new-attention-order": given["use_new_attention_order"],
        }

    def prediction(self, config):
        return "x0" if config.get("predict_xstart") else "eps"

    def schedule(self, config):
        steps = config.get("diffusion_steps", 1000)
        return config.get("noise_schedule", "linear"), steps, 0.1 / steps, 20.0 / steps

    def build(self, config):
        given = self.arguments(config)
        try:
            return importlib.import_module("guided_diffusion.unet").UNetModel(**given)
        except ImportError:
            module = importlib.import_module("deepinv.models").DiffUNet
        for large, features, blocks, levels in ((False, 128, 1, (16,)), (True, 256, 2, (32, 16, 8))):
            same = {"image_size": 256, "model_channels": features, "num_res_blocks": blocks,
                    "channel_mult": (1, 1, 2, 2, 4, 4), "num_head_channels": 64, "use_scale_shift_norm": True,
                    "resblock_updown": True, "use_new_attention_order": False}
            if all(given[k] == v for k, v in same.items()) and set(given["attention_resolutions"]) == set(levels):
                return module(given["in_channels"], given["out_channels"], large_model=large, pretrained=None)
        raise ImportError("no package with this configuration")

    def call(self, module, x, label):
        forward = getattr(module, "forward_diffusion", module)  # the other forward of DiffUNet takes levels of noise
        return forward(x, label)


class Monai(Family):
    architecture = "monai-diffusion-unet"
    package = "monai"
    predictions = ("eps", "v", "x0")

    def options(self, config):
        fixed = {"spatial_dims": (2,), "with_conditioning": (False,), "cross_attention_dim": (None,),
                 "num_class_embeds": (None,)}
        known = ("in_channels", "out_channels", "num_res_blocks", "channels", "num_channels", "attention_levels",
                 "norm_num_groups", "norm_eps", "resblock_updown", "num_head_channels", "transformer_num_layers",
                 "upcast_attention", "dropout_cattn", "include_fc", "use_combined_linear", "use_flash_attention", "image_size")
        require(config, self.package, fixed, known)
        for key in ("spatial_dims", "in_channels", "out_channels"):
            if key not in config:
                raise Unsupported(f"monai: no '{key}' in the configuration; required")
        config = self.arguments(config)
        widths = list(config.get("channels", (32, 64, 64, 64)))

        def listed(key, default):
            return [float(v) for v in per_level(config.get(key, default), len(widths), self.package, key)]

        return {
            "channels": config["in_channels"],
            "outputs": config["out_channels"],
            "widths": [float(w) for w in widths],
            "attention": listed("attention_levels", (False, False, True, True)),
            "blocks": listed("num_res_blocks", (2, 2, 2, 2)),
            "head-channels": listed("num_head_channels", 8),
            "groups": config.get("norm_num_groups", 32),
            "epsilon": config.get("norm_eps", 1e-6),
            "residual-resampling": config.get("resblock_updown", False),
            "attention-out": config.get("include_fc", True),
            "attention-joint": config.get("use_combined_linear", False),
        }

    def arguments(self, config):
        """As MONAI 1.4 spells them; monai-generative has num_channels for channels."""
        config = {k: v for k, v in config.items() if not k.startswith("_") and k != "image_size"}
        if "num_channels" in config:
            config["channels"] = config.pop("num_channels")
        return config

    def rename(self, name, config):
        # monai-generative
        for old, new in ((".to_q.", ".attn.to_q."), (".to_k.", ".attn.to_k."), (".to_v.", ".attn.to_v."),
                         (".proj_attn.", ".attn.out_proj.")):
            if old in name and ".attn." not in name:
                return name.replace(old, new)
        return name.replace(".upsampler.conv.conv.", ".upsampler.postconv.conv.")

    def build(self, config):
        return importlib.import_module("monai.networks.nets").DiffusionModelUNet(**self.arguments(config))

    def call(self, module, x, label):
        return module(x, label)


class Edm(Family):
    architecture = "edm-unet"
    package = "nvidia-physicsnemo"
    predictions = ("edm", "vp", "ve")
    # Parts of an attention, as EDM calls them and as nvidia-physicsnemo does.
    ATTENTION = ((".norm2.", ".attn.norm."), (".qkv.", ".attn.qkv."), (".proj.", ".attn.proj."))

    def options(self, config):
        fixed = {"model_type": ("SongUNet", "DhariwalUNet"), "label_dim": (0,), "embedding_type": ("positional", "fourier"),
                 "encoder_type": ("standard", "residual"), "decoder_type": ("standard",),
                 "resample_filter": ([1, 1], [1, 3, 3, 1])}
        known = ("img_resolution", "in_channels", "img_channels", "out_channels", "augment_dim", "model_channels",
                 "channel_mult", "channel_mult_emb", "channel_mult_noise", "num_blocks", "attn_resolutions", "dropout",
                 "label_dropout", "use_fp16", "sigma_data")
        require(config, "edm", fixed, known)
        for key in ("model_type", "img_resolution"):
            if key not in config:
                raise Unsupported(f"edm: no '{key}' in the configuration; required")
        given = self.arguments(config)
        is_song = config["model_type"] == "SongUNet"
        features = given["model_channels"]
        resolutions = [given["img_resolution"] >> i for i in range(len(given["channel_mult"]))]
        return {
            "kind": "song" if is_song else "dhariwal",
            "resolution": given["img_resolution"],
            "channels": given["in_channels"],
            "outputs": given["out_channels"],
            "features": features,
            "label-features": features * (config.get("channel_mult_noise", 1) if is_song else 1),
            "embedding": features * given["channel_mult_emb"],
            "widths": [float(features * m) for m in given["channel_mult"]],
            "attention": [float(r in given["attn_resolutions"]) for r in resolutions],
            "blocks": given["num_blocks"],
            "fourier-label": is_song and config.get("embedding_type") == "fourier",
            "residual-encoder": is_song and config.get("encoder_type") == "residual",
            "taps": [float(t) for t in (config.get("resample_filter", (1, 1)) if is_song else (1, 1))],
        }

    def arguments(self, config):
        """Those that both kinds have, with their defaults."""
        is_song = config["model_type"] == "SongUNet"
        channels = config.get("in_channels", config.get("img_channels", 3))
        return {
            "img_resolution": config["img_resolution"], "in_channels": channels,
            "out_channels": config.get("out_channels", channels),
            "model_channels": config.get("model_channels", 128 if is_song else 192),
            "channel_mult": tuple(config.get("channel_mult", (1, 2, 2, 2) if is_song else (1, 2, 3, 4))),
            "channel_mult_emb": config.get("channel_mult_emb", 4),
            "num_blocks": config.get("num_blocks", 4 if is_song else 3),
            "attn_resolutions": tuple(config.get("attn_resolutions", (16,) if is_song else (32, 16, 8))),
        }

    def rename(self, name, config):
        for ours, theirs in self.ATTENTION:
            name = name.replace(theirs, ours)
        # Labels of augmentation are zero outside of training; frequencies by the formula are no weights.
        is_fourier = config.get("embedding_type") == "fourier"
        return None if name == "map_augment.weight" or (name == "map_noise.freqs" and not is_fourier) else name

    def restore(self, name, known):
        for ours, theirs in self.ATTENTION:
            if name not in known and name.replace(ours, theirs) in known:
                return name.replace(ours, theirs)
        return name

    def build(self, config):
        models = importlib.import_module("physicsnemo.models.diffusion_unets")
        given = {k: list(v) if isinstance(v, tuple) else v for k, v in self.arguments(config).items()}
        if config["model_type"] == "DhariwalUNet":
            return models.DhariwalUNet(**given)
        more = ("embedding_type", "channel_mult_noise", "encoder_type", "resample_filter")
        return models.SongUNet(**given, **{k: config[k] for k in more if k in config})

    def call(self, module, x, label):
        # In training, as EDM always, the package divides a variance by n; in inference by n - 1, which is 1e-4 off.
        for part in module.modules():
            if type(part).__name__ == "GroupNorm":
                part.train()
        return module(x, label, None)


FAMILIES = {"diffusers": Diffusers(), "adm": GuidedDiffusion(), "monai": Monai(), "edm": Edm()}
